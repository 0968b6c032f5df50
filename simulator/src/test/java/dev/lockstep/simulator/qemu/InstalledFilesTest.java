package dev.lockstep.simulator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.simulator.demo.DemoFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that was lost or changed is told; what a running system writes is its own. */
class InstalledFilesTest {

  @TempDir Path folder;
  private Path source;
  private Path volume;

  @BeforeEach
  void makeBoth() throws IOException {
    source = tree("source");
    volume = tree("volume");
  }

  private Path tree(String name) throws IOException {
    Path root = folder.resolve(name);
    Files.createDirectories(root.resolve("usr/bin"));
    Files.createDirectories(root.resolve("etc"));
    Files.createDirectories(root.resolve("var/log"));
    Files.writeString(root.resolve("usr/bin/program"), "bytes");
    Files.writeString(root.resolve("etc/fstab"), name);
    Files.writeString(root.resolve("var/log/boot"), name);
    Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
    return root;
  }

  @Test
  void whatTheRunningSystemWritesMayDiffer() throws Exception {
    Files.writeString(volume.resolve("var/log/new"), "since");
    assertThat(InstalledFiles.compare(source, volume))
        .isEqualTo(new InstalledFiles.Result(6, "bytes".length()));
  }

  @Test
  void aChangedByteIsTold() throws IOException {
    Files.writeString(volume.resolve("usr/bin/program"), "bites");
    fails("content");
  }

  @Test
  void aLostFileIsTold() throws IOException {
    Files.delete(volume.resolve("usr/bin/program"));
    fails("is not in the volume");
  }

  @Test
  void anotherModeIsTold() throws IOException {
    Files.setPosixFilePermissions(
        volume.resolve("usr/bin/program"), PosixFilePermissions.fromString("rwxrwxrwx"));
    fails("mode or owner");
  }

  @Test
  void anotherTargetIsTold() throws IOException {
    Files.delete(volume.resolve("bin"));
    Files.createSymbolicLink(volume.resolve("bin"), Path.of("usr/sbin"));
    fails("target");
  }

  private void fails(String sentence) {
    assertThatThrownBy(() -> InstalledFiles.compare(source, volume))
        .isInstanceOfSatisfying(
            DemoFailed.class, failed -> assertThat(failed.exitCode()).isEqualTo(30))
        .hasMessageContaining(sentence);
  }
}
