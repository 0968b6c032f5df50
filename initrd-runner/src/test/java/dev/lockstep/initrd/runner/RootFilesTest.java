package dev.lockstep.initrd.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.boot.Crypttab;
import dev.lockstep.statemachine.boot.Opener;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootFilesTest {

  @TempDir private Path root;

  @BeforeEach
  void makeFolder() throws Exception {
    Files.createDirectories(root.resolve("etc"));
  }

  /** A file of an older system, or of another country's. */
  @Test
  void bytesThatAreNoUtf8AreKeptAsTheyAre() throws Exception {
    byte[] old = "# für später\nspäter UUID=1 none luks\n".getBytes(StandardCharsets.ISO_8859_1);
    Path crypttab = Files.write(root.resolve(RootFiles.CRYPTTAB), old);
    Crypttab.Volume ours = Crypttab.Volume.root(new UUID(1, 2), Opener.TPM2);

    RootFiles.put(root, RootFiles.CRYPTTAB, RootFiles.crypttab(root).with(ours).text());

    byte[] now = Files.readAllBytes(crypttab);
    assertThat(now).startsWith(old);
    assertThat(new String(now, StandardCharsets.ISO_8859_1)).contains("UUID=" + new UUID(1, 2));
  }
}
