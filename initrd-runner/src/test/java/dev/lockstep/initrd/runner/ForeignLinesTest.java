package dev.lockstep.initrd.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.boot.Crypttab;
import dev.lockstep.statemachine.boot.Opener;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With links as udev makes them, in a folder in the place of /dev. */
class ForeignLinesTest {

  private static final UUID ID = UUID.fromString("5a5a5a5a-1111-4222-8333-444444444444");
  private static final DiskPartitions.Named HOME =
      new DiskPartitions.Named("home", new UUID(1, 2), new DiskPartitions.Place(ID, 4096, 8192));
  private static final String OURS =
      "home UUID=%s none tpm2-device=auto,nofail\n".formatted(UUID.fromString("0-0-0-0-5"));

  private static final String FILESYSTEM = "UUID=f5f5f5f5-1111-4222-8333-444444444444";

  @TempDir Path devices;

  @BeforeEach
  void twoDisks() throws IOException {
    for (String folder : new String[] {"disk/by-id", "disk/by-path"}) {
      Files.createDirectories(devices.resolve(folder));
    }
    for (String node : new String[] {"sda3", "sdb3"}) {
      Files.createFile(devices.resolve(node));
    }
    link("disk/by-id/ata-A-part3", "../../sda3");
    link("disk/by-id/ata-B-part3", "../../sdb3");
    link("disk/by-path/pci-1-part3", "../../sda3");
    link("disk/by-path/pci-2-part3", "../../sdb3");
    link("disk/by-id/loop-part3", "loop-part3");
    link("disk/by-id/out-part3", "/etc/passwd");
    link("disk/by-id/broken-part3", "../../sdz3");
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(devices.resolve(name), Path.of(target));
  }

  private String objection(Option<String> node, boolean initrd, String text) {
    Path sign = initrd ? devices : devices.resolve("no-initrd");
    return new ForeignLines(HOME, node, new UdevLinks(devices, sign))
        .objection(
            Crypttab.parse(text).get(),
            "home",
            Crypttab.Volume::isData,
            Set.of(FILESYSTEM),
            "do something")
        .getOrElse("");
  }

  private String inInitrd(String text) {
    return objection(Option.some("/dev/sda3"), true, text);
  }

  private String onImage(String text) {
    return objection(Option.none(), true, text);
  }

  @Test
  void aLineByALinkThatLeadsToThePartitionIsAnotherLineForIt() {
    for (String device :
        new String[] {
          "/dev/disk/by-id/ata-A-part3", "/dev/disk/by-path/pci-1-part3", "/dev/sda3", FILESYSTEM
        }) {
      assertThat(inInitrd("cswap " + device + " /dev/urandom swap\n" + OURS))
          .as(device)
          .isEqualTo(
              "/etc/crypttab of the root has another line for home or for its partition; take it out, or do something.");
    }
  }

  @Test
  void aLineByALinkThatLeadsElsewhereIsNobodysConcern() {
    for (String device :
        new String[] {"/dev/disk/by-id/ata-B-part3", "/dev/disk/by-path/pci-2-part3"}) {
      assertThat(inInitrd("data " + device + " none luks\n" + OURS)).as(device).isEmpty();
    }
    assertThat(
            objection(
                Option.some("/dev/sda3"), false, "data /dev/disk/by-path/pci-2-part3 none luks\n"))
        .contains("nothing here tells whether");
  }

  @Test
  void aLineThatNothingTellsOfIsRefusedAndNamed() {
    for (String device :
        new String[] {
          "/dev/disk/by-id/ata-GONE-part3",
          "/dev/disk/by-id/loop-part3",
          "/dev/disk/by-id/out-part3",
          "/dev/disk/by-id/broken-part3",
          "/dev/disk/by-id/" + "long".repeat(20_000),
          "/dev/disk/by-id/\u202egnp\u00e9"
        }) {
      String said = inInitrd("data " + device + " none luks\n");
      assertThat(said)
          .startsWith("/etc/crypttab of the root names /dev/disk/by-id/")
          .contains(", and nothing here tells whether that is the partition of home; write UUID=…")
          .hasSizeLessThan(300)
          .doesNotContain("\u202e");
    }
    assertThat(onImage("data /dev/disk/by-id/ata-B-part3 none luks\n"))
        .as("an image's links are those of the machine that it lies on")
        .contains("names /dev/disk/by-id/ata-B-part3, and nothing here tells");
  }

  @Test
  void onlyALineOfOurMakingIsNotInTheWay() {
    assertThat(inInitrd(OURS)).isEmpty();
    assertThat(onImage(OURS + "root UUID=7 none luks\nvg /dev/mapper/x none luks\n")).isEmpty();
    String own = Crypttab.Volume.data("home", ID, Opener.TPM2).device();
    assertThat(own).isEqualTo("UUID=" + ID);
    for (String line :
        new String[] {
          "home /dev/mapper/x none luks",
          "home UUID=7 none luks\u0001",
          "home",
          "x PARTUUID=" + ID + " /dev/urandom swap\u0001",
          "x PARTUUID=" + ID,
          "of-our-making " + FILESYSTEM + " none tpm2-device=auto,nofail"
        }) {
      assertThat(onImage(OURS + line + "\n")).as(line).contains("has another line for home");
    }
  }
}
