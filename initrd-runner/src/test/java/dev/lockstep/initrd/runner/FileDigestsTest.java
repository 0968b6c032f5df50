package dev.lockstep.initrd.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of a file is never told of another content. */
class FileDigestsTest {

  @TempDir Path folder;
  private final FileDigests digests = new FileDigests();
  private int reads;

  private Option<Digest> digest(Path file) throws IOException {
    return digests.of(
        file,
        () -> {
          reads++;
          return Digest.of(Files.readAllBytes(file));
        });
  }

  @Test
  void aFileThatNobodyChangesIsReadOnce() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[10]);
    assertThat(digest(file)).contains(Digest.of(new byte[10]));
    assertThat(digest(file)).contains(Digest.of(new byte[10]));
    assertThat(reads).isEqualTo(1);
  }

  /** With the old times put back, as a program can do: the time of the change it can't set. */
  @Test
  void anotherContentOfEqualSizeIsRead() throws Exception {
    Path file = Files.write(folder.resolve("file"), new byte[10]);
    FileTime modified = Files.getLastModifiedTime(file);
    digest(file);
    Thread.sleep(20); // the kernel's clock has ticks of up to 10 ms
    Files.write(file, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    Files.setLastModifiedTime(file, modified);
    assertThat(digest(file)).contains(Digest.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  }

  @Test
  void anotherFileInItsPlaceIsRead() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[10]);
    digest(file);
    Path other = Files.write(folder.resolve("other"), new byte[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0});
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(digest(file)).contains(Digest.of(new byte[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}));
    Files.delete(file);
    assertThat(digest(file)).isEmpty();
  }

  @Test
  void whatWasChangedByUsIsForgottenAtOnce() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[10]);
    digest(file);
    digests.forget(file);
    assertThat(digest(file)).isNotEmpty();
    assertThat(reads).isEqualTo(2);
  }

  @Test
  void whatChangesWhileItIsReadIsReadAgain() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[10]);
    assertThat(
            digests.of(
                file,
                () -> {
                  byte[] content = Files.readAllBytes(file);
                  Files.write(file, new byte[11]);
                  return Digest.of(content);
                }))
        .contains(Digest.of(new byte[10]));
    assertThat(digest(file)).contains(Digest.of(new byte[11]));
  }
}
