package dev.lockstep.initrd.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootFilesTest {

  @TempDir private Path root;

  /** A name in it could not be told from another one. */
  @Test
  void aFileInAnotherCharsetIsNamedAndLeftAsItIs() throws Exception {
    Files.createDirectories(root.resolve("etc"));
    byte[] old = "# für später\n".getBytes(StandardCharsets.ISO_8859_1);
    Path fstab = Files.write(root.resolve(RootFiles.FSTAB), old);

    assertThatThrownBy(() -> RootFiles.fstab(root))
        .isInstanceOf(IOException.class)
        .hasMessage("/etc/fstab of the root is not UTF-8; convert it, for example with iconv");
    assertThat(fstab).hasBinaryContent(old);
  }
}
