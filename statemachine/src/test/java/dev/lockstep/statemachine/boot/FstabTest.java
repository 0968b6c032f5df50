package dev.lockstep.statemachine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;

class FstabTest {

  private static final String TEXT =
      """
      # the root
      UUID=1-2 / ext4 defaults 0 1
      \tPARTUUID="AB-CD"\t/home  ext4 defaults 0 2
      #PARTUUID=ab-cd /old ext4 defaults 0 0
      """;
  private static final Set<String> HOME = Set.of("PARTUUID=ab-cd", "PARTLABEL=home");

  private static Fstab fstab(String text) {
    return Fstab.parse(text).get();
  }

  @Test
  void onlyTheLineOfThePartitionIsPointedElsewhereAndItComesBackAsItWas() {
    Fstab pointed = fstab(TEXT).pointed("home", HOME, "UUID=fs$1");
    assertThat(pointed.text())
        .isEqualTo(
            """
            # the root
            UUID=1-2 / ext4 defaults 0 1
            #lockstep:home# \tPARTUUID="AB-CD"\t/home  ext4 defaults 0 2
            \tUUID=fs$1\t/home  ext4 defaults 0 2
            #PARTUUID=ab-cd /old ext4 defaults 0 0
            """);
    assertThat(pointed.pointed("home", HOME, "UUID=fs$1").text()).isEqualTo(pointed.text());
    assertThat(pointed.isChangedFor("home")).isTrue();
    assertThat(pointed.isChangedFor("hom")).isFalse();
    assertThat(pointed.restored("home").text()).isEqualTo(TEXT);
    assertThat(pointed.restored("other").text()).isEqualTo(pointed.text());
  }

  @Test
  void namesThatChangeBetweenBootsAreToldAndOnlyThoseInForce() {
    String text =
        """
        /dev/sda3 /home ext4 defaults 0 2
        "/dev/nvme0n1p2" /srv ext4 defaults 0 2
        /dev/disk/by-id/ata-X-part3 /var ext4 defaults 0 2
        /dev/disk/by-path/pci-0-part3 /opt ext4 defaults 0 2
        /dev/block/8:3 /mnt ext4 defaults 0 2
        #/dev/sdb1 /old ext4 defaults 0 2
        /dev/mapper/root / ext4 defaults 0 1
        /dev/disk/by-uuid/1-2 /boot vfat defaults 0 1
        /dev/sr0 /media/cdrom iso9660 noauto 0 0
        /dev/vda4 none swap sw 0 0
        """;
    assertThat(fstab(text).changingNames(false))
        .containsExactly(
            "/dev/sda3",
            "/dev/nvme0n1p2",
            "/dev/disk/by-id/ata-X-part3",
            "/dev/disk/by-path/pci-0-part3",
            "/dev/block/8:3");
    assertThat(fstab(text).changingNames(true)).containsExactly("/dev/vda4");
    assertThat(fstab(text).names(Set.of("/dev/mapper/root"))).isTrue();
    assertThat(fstab(text).names(Set.of("/dev/sdb1"))).isFalse();
  }

  @Test
  void aLineThatWasAddedGoesAgain() {
    for (String text : new String[] {TEXT, "", "no newline at its end"}) {
      Fstab added = fstab(text).added("swap", "/dev/mapper/swap none swap defaults 0 0");
      assertThat(added.names(Set.of("/dev/mapper/swap"))).isTrue();
      assertThat(added.isChangedFor("swap")).isTrue();
      assertThat(added.restored("swap").text()).isEqualTo(text);
    }
  }

  @Test
  void aNameIsFoundHoweverItsBlanksAreWritten() {
    Set<String> names =
        Set.of("PARTLABEL=my höme", "/dev/disk/by-partlabel/my höme", "LABEL=a/b", "PARTUUID=ab");
    for (String device :
        new String[] {
          "PARTLABEL=my\\040höme",
          "PARTLABEL=my\\x20höme",
          "PARTLABEL=my\\134x20h\\303\\266me",
          "\"PARTLABEL=my\\040höme\"",
          "/dev/disk/by-partlabel/my\\x20höme",
          "/dev/disk/by-partlabel/my\\134x20h\\xc3\\xb6me",
          "LABEL=a\\x2fb",
          "PARTUUID=A\\102"
        }) {
      Fstab fstab = fstab(device + " /home ext4 defaults 0 2\n");
      assertThat(fstab.names(names)).as(device).isTrue();
      Fstab pointed = fstab.pointed("home", names, "UUID=fs");
      assertThat(pointed.text()).endsWith("\nUUID=fs /home ext4 defaults 0 2\n");
      assertThat(pointed.restored("home").text()).isEqualTo(fstab.text());
    }
    for (String device : new String[] {"PARTUUID=\\x61b", "PARTLABEL=my\\40höme", "LABEL=a\\x2"}) {
      assertThat(fstab(device + " /home ext4").names(names)).as(device).isFalse();
    }
  }

  @Test
  void whatAPersonWroteInThePlaceOfOurLineIsLeftThere() {
    Fstab pointed =
        fstab("PARTLABEL=home /home ext4 defaults 0 2\n").pointed("home", HOME, "UUID=f");
    for (String persons :
        new String[] {
          "UUID=f /home ext4 noatime 0 2", "LABEL=h /home ext4 defaults 0 2", "# a word", ""
        }) {
      String edited = pointed.text().replace("\nUUID=f /home ext4 defaults 0 2", "\n" + persons);
      assertThat(fstab(edited).restored("home").text())
          .isEqualTo("PARTLABEL=home /home ext4 defaults 0 2\n" + persons + "\n");
    }
    Fstab swap = fstab("#lockstep:swap# \n/dev/mapper/other none swap sw 0 0\n");
    assertThat(swap.restored("swap").text()).isEqualTo("/dev/mapper/other none swap sw 0 0\n");
  }

  @Test
  void aHostileFileIsRefused() {
    assertThat(Fstab.parse("a\0b").isLeft()).isTrue();
    assertThat(Fstab.parse("x".repeat(Fstab.MAX_LENGTH + 1)).isLeft()).isTrue();
  }

  @Property
  void whateverThereIsComesBack(
      @ForAll @CharRange(from = 'P', to = 'Z') @CharRange(from = '\t', to = '=') String rubbish) {
    String text = rubbish + "\nPARTLABEL=home /home\n" + rubbish;
    assertThat(fstab(text).pointed("home", HOME, "UUID=x").restored("home").text()).isEqualTo(text);
  }
}
