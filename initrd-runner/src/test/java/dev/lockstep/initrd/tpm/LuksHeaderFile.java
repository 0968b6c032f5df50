package dev.lockstep.initrd.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** A LUKS2 header in a file, made by the real cryptsetup, with a passphrase in slot 0. */
final class LuksHeaderFile {

  private LuksHeaderFile() {}

  static Path in(Path folder, byte[] passphrase) throws IOException {
    Path file = folder.resolve("header");
    try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
      image.setLength(16L << 20);
    }
    try (MemoryFile key = MemoryFile.holding(TpmFixture.secret(passphrase))) {
      Command.Result formatted =
          Command.of(
                  "cryptsetup",
                  "luksFormat",
                  "--batch-mode",
                  "--type=luks2",
                  "--pbkdf=pbkdf2",
                  "--pbkdf-force-iterations=1000",
                  "--key-file=-",
                  file.toString())
              .withStdin(key.path())
              .run()
              .get();
      assertThat(formatted.exitCode()).as(formatted.stderr()).isZero();
    }
    return file;
  }
}
