package dev.lockstep.simulator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeComparisonTest {

  private static final FileTime TIME = FileTime.from(Instant.parse("2025-01-01T00:00:00Z"));

  @TempDir private Path folder;
  private Path source;
  private Path volume;

  @BeforeEach
  void makeTwoEqualTrees() throws IOException {
    source = tree(folder.resolve("source"));
    volume = tree(folder.resolve("volume"));
  }

  private static Path tree(Path root) throws IOException {
    Files.createDirectories(root.resolve("usr"));
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/crypttab"), root.toString());
    Files.writeString(root.resolve("usr/file"), "content");
    Files.createLink(root.resolve("usr/link"), root.resolve("usr/file"));
    Files.createSymbolicLink(root.resolve("usr/symbolic"), Path.of("file"));
    Files.setLastModifiedTime(root.resolve("usr/file"), TIME);
    Files.setLastModifiedTime(root.resolve("usr"), TIME);
    return root;
  }

  @Test
  void equalTreesAreEqualButForWhatLockstepWrites() throws Exception {
    assertThat(TreeComparison.compare(source, volume).files()).isEqualTo(6);
  }

  @Test
  void anotherByteIsFound() throws IOException {
    Files.writeString(volume.resolve("usr/file"), "Content");
    Files.setLastModifiedTime(volume.resolve("usr/file"), TIME);
    differs("/usr/file differs in its first different byte");
  }

  @Test
  void anotherTimeIsFound() throws IOException {
    Files.setLastModifiedTime(volume.resolve("usr/file"), FileTime.fromMillis(0));
    differs("time of change");
  }

  @Test
  void anotherModeIsFound() throws IOException {
    Files.setPosixFilePermissions(
        volume.resolve("usr/file"), PosixFilePermissions.fromString("r--------"));
    differs("mode");
  }

  @Test
  void anotherTargetIsFound() throws IOException {
    Files.delete(volume.resolve("usr/symbolic"));
    Files.createSymbolicLink(volume.resolve("usr/symbolic"), Path.of("link"));
    Files.setLastModifiedTime(volume.resolve("usr"), TIME);
    differs("target");
  }

  @Test
  void aMissingFileIsFound() throws IOException {
    Files.delete(volume.resolve("usr/link"));
    assertThatThrownBy(() -> TreeComparison.compare(source, volume)).isInstanceOf(DemoFailed.class);
  }

  @Test
  void aFileThatNobodyPutThereIsFound() throws IOException {
    Files.writeString(volume.resolve("etc/passwd"), "x");
    differs("nobody put there: [etc/passwd]");
  }

  private void differs(String sentence) {
    assertThatThrownBy(() -> TreeComparison.compare(source, volume))
        .isInstanceOf(DemoFailed.class)
        .hasMessageContaining(sentence);
  }
}
