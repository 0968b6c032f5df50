package dev.lockstep.statemachine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.boot.PartitionNames.Claim;
import io.vavr.control.Option;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;

class PartitionNamesTest {

  private static final String ID = "5a5a5a5a-1111-4222-8333-444444444444";
  private static final Set<String> WRITTEN =
      Set.of(
          "PARTUUID=" + ID,
          "/dev/disk/by-partuuid/" + ID,
          "PARTLABEL=my home",
          "/dev/disk/by-partlabel/my home",
          "UUID=f5",
          "/dev/disk/by-uuid/f5");

  /** What udev would have of a machine with two disks, ours the first one. */
  private static final Map<String, String> TARGETS =
      Map.of(
          "/dev/disk/by-id/ata-OURS-part3", "/dev/sda3",
          "/dev/disk/by-id/ata-OTHER-part3", "/dev/sdb3",
          "/dev/disk/by-path/pci-1-part3", "/dev/sda3",
          "/dev/disk/by-path/pci-2-part3", "/dev/sdb3",
          "/dev/disk/by-label/a\\x20b", "/dev/sda3",
          "/dev/disk/by-label/c\\x20d", "/dev/sdb3",
          "/dev/disk/by-dname/mine", "/dev/sda3",
          "/dev/own/rule", "/dev/sda3",
          "/dev/sdb3", "/dev/sdb3");

  private record Machine(boolean areOfItsOwnMachine) implements PartitionNames.Links {
    @Override
    public Option<String> target(String link) {
      return Option.of(TARGETS.get(link));
    }
  }

  private static Claim inInitrd(String field) {
    return new PartitionNames(WRITTEN, Option.some("/dev/sda3"), new Machine(true)).claim(field);
  }

  /** A disk in another machine than its own. */
  private static Claim inRescue(String field) {
    return new PartitionNames(WRITTEN, Option.some("/dev/sda3"), new Machine(false)).claim(field);
  }

  /** The links of the machine that it lies on say nothing of it. */
  private static Claim onImage(String field) {
    return new PartitionNames(WRITTEN, Option.none(), new Machine(true)).claim(field);
  }

  @Test
  void whatIsWrittenOnItIsKnownEverywhereHoweverItIsSpelt() {
    for (String field :
        new String[] {
          "PARTUUID=" + ID,
          "PARTUUID=\"" + ID.toUpperCase(java.util.Locale.ROOT) + "\"",
          "/dev/disk/by-partuuid/" + ID,
          "/dev//disk/./by-id/../by-partuuid/" + ID,
          "PARTLABEL=my\\x20home",
          "/dev/disk/by-partlabel/my\\x20home",
          "UUID=F5",
          "/dev/disk/by-uuid/f5"
        }) {
      assertThat(inInitrd(field)).as(field).isEqualTo(Claim.IS_IT);
      assertThat(inRescue(field)).as(field).isEqualTo(Claim.IS_IT);
      assertThat(onImage(field)).as(field).isEqualTo(Claim.IS_IT);
    }
  }

  @Test
  void aLinkThatLeadsToItIsItWhateverItIsCalled() {
    for (String field :
        new String[] {
          "/dev/disk/by-id/ata-OURS-part3",
          "'/dev/disk/by-path/pci-1-part3'",
          "/dev/disk/../disk/by-path/pci-1-part3",
          "LABEL=a\\x20b",
          "/dev/disk/by-label/a\\x20b",
          "/dev/disk/by-dname/mine",
          "/dev/own/rule",
          "/dev/sda3"
        }) {
      assertThat(inInitrd(field)).as(field).isEqualTo(Claim.IS_IT);
      assertThat(inRescue(field)).as(field).isEqualTo(Claim.IS_IT);
    }
  }

  @Test
  void whatLeadsElsewhereIsAnotherWhereThatHoldsForTheSystemsOwnBoots() {
    for (String field :
        new String[] {
          "/dev/disk/by-id/ata-OTHER-part3", "LABEL=c\\x20d", "/dev/disk/by-label/c\\x20d"
        }) {
      assertThat(inInitrd(field)).as(field).isEqualTo(Claim.IS_ANOTHER);
      assertThat(inRescue(field)).as(field).isEqualTo(Claim.IS_ANOTHER);
      assertThat(onImage(field)).as(field).isEqualTo(Claim.MAY_BE_IT);
    }
    String place = "/dev/disk/by-path/pci-2-part3";
    assertThat(inInitrd(place)).isEqualTo(Claim.IS_ANOTHER);
    assertThat(inRescue(place))
        .as("its own slots are another machine's")
        .isEqualTo(Claim.MAY_BE_IT);
  }

  @Test
  void whatLeadsNowhereMayBeItUnlessItsNumberSaysOtherwise() {
    for (String field :
        new String[] {
          "/dev/disk/by-id/ata-GONE-part3",
          "/dev/disk/by-id/ata-GONE",
          "/dev/disk/by-path/pci-9-part3",
          "/dev/disk/by-diskseq/4-part3",
          "/dev/disk/by-somebodys/rule",
          "/dev/disk/BY-ID/x".replace("BY-ID", "by-ID"),
          "/dev/block/8:19",
          "/dev/sdb3",
          "/dev/nvme0n1p3",
          "LABEL=x-part2"
        }) {
      assertThat(inInitrd(field)).as(field).isEqualTo(Claim.MAY_BE_IT);
      assertThat(onImage(field)).as(field).isEqualTo(Claim.MAY_BE_IT);
    }
    for (String field :
        new String[] {
          "/dev/disk/by-id/ata-GONE-part13",
          "/dev/disk/by-path/pci-9-part2",
          "/dev/disk/by-diskseq/4-part30",
          "/dev/sdb13",
          "/dev/nvme0n1p2"
        }) {
      assertThat(inInitrd(field)).as(field).isEqualTo(Claim.IS_ANOTHER);
      assertThat(onImage(field)).as(field).isEqualTo(Claim.MAY_BE_IT);
    }
  }

  @Test
  void whatIsNoPartitionOrHasAnotherIdentifierIsAnother() {
    for (String field :
        new String[] {
          "UUID=f6",
          "PARTUUID=" + ID.replace('5', '6'),
          "PARTLABEL=home",
          "/dev/disk/by-partlabel/home",
          "/dev/mapper/root",
          "/dev/vg/swap",
          "/dev/sdb",
          "/swapfile",
          "home",
          "",
          "/",
          "/../.."
        }) {
      assertThat(inInitrd(field)).as(field).isEqualTo(Claim.IS_ANOTHER);
      assertThat(onImage(field)).as(field).isEqualTo(Claim.IS_ANOTHER);
    }
  }

  @Property
  void nothingThatAFileMayHoldIsTooMuch(@ForAll @CharRange(from = 1, to = 400) String field) {
    assertThat(onImage("/dev/disk/by-id/" + field.replace("/", ""))).isNotNull();
    assertThat(inInitrd(field)).isNotNull();
    assertThat(inInitrd("/dev/disk/by-path/../by-path/" + "/.".repeat(field.length() % 99)))
        .isEqualTo(Claim.MAY_BE_IT);
  }
}
