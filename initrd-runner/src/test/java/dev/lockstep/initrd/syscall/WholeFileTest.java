package dev.lockstep.initrd.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir private Path folder;

  @Test
  void readsWhatWasWrittenAlsoWhereALongerFileWas() throws Exception {
    Path file = folder.resolve("file");
    for (int length : new int[] {(5 << 20) + 3, 1 << 20, 1, 0}) {
      byte[] content = new byte[length];
      new Random(length).nextBytes(content);
      WholeFile.write(file, content);
      assertThat(Files.readAllBytes(file)).isEqualTo(content);
      assertThat(WholeFile.read(file, length)).isEqualTo(content);
    }
  }

  @Test
  void aFileThatIsTooLargeIsRefusedAndNotTakenInPart() throws Exception {
    Path file = Files.write(folder.resolve("file"), new byte[10]);
    assertThatThrownBy(() -> WholeFile.read(file, 9))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("10 bytes");
  }
}
