package dev.lockstep.initrd.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.statemachine.boot.Opener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** systemd mounts and checks the opened volume, never the partition below it. */
class OpenedRootTest {

  @TempDir Path units;
  @TempDir Path conf;

  private OpenedRoot root(Path folder) {
    return new OpenedRoot(folder, conf.resolve("param.conf"));
  }

  @Test
  void bothUnitsOfTheRootAreTurnedToTheOpenedVolume() throws IOException {
    assertThat(root(units).turnRoot()).isTrue();
    assertThat(Files.readString(units.resolve("sysroot.mount.d/60-lockstep.conf")))
        .isEqualTo("[Mount]\nWhat=/dev/mapper/root\n");
    assertThat(Files.readAllLines(units.resolve("systemd-fsck-root.service.d/60-lockstep.conf")))
        .as("the first line forgets the check of the partition")
        .containsExactly(
            "[Service]", "ExecStart=", "ExecStart=/usr/lib/systemd/systemd-fsck /dev/mapper/root");
    assertThat(conf).isEmptyDirectory();
  }

  @Test
  void withoutSystemdTheScriptsOfInitramfsToolsAreTold() throws IOException {
    Files.writeString(conf.resolve("param.conf"), "IP=off\n");
    assertThat(root(units.resolve("none")).turnRoot()).isFalse();
    assertThat(conf.resolve("param.conf")).hasContent("IP=off\nROOT=/dev/mapper/root\n");
  }

  @Test
  void whereTheVolumeCanNotBeOpenedNothingIsTurned() {
    Path none = units.resolve("no-device");
    BootDisk disk = new BootDisk(none, none, new UUID(1, 2));
    assertThatThrownBy(() -> root(units).open(disk, Opener.TPM2)).isInstanceOf(IOException.class);
    assertThat(units).isEmptyDirectory();
    assertThat(conf).isEmptyDirectory();
  }
}
