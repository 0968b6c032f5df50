package dev.lockstep.initrd.tpm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A secret passed to a tool as systemd passes credentials: the environment names a folder, and the
 * folder holds a link to locked memory of this process. The secret itself is in no file and in no
 * environment; the link dangles once this is closed, or the process is gone.
 *
 * <p>Source: systemd, src/shared/ask-password-api.c, ask_password_credential.
 */
final class PassedCredential implements AutoCloseable {

  private static final Path RUN = Path.of("/run");

  private final Path folder;
  private final Path link;
  private final MemoryFile memory;

  private PassedCredential(Path folder, Path link, MemoryFile memory) {
    this.folder = folder;
    this.link = link;
    this.memory = memory;
  }

  static PassedCredential of(String name, SecretSource secret) throws IOException {
    MemoryFile memory = MemoryFile.holding(secret);
    try {
      Path folder =
          Files.createTempDirectory(
              Files.isWritable(RUN) ? RUN : Path.of("/tmp"),
              "lockstep-credential-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path link = Files.createSymbolicLink(folder.resolve(name), memory.pathForChildren());
      return new PassedCredential(folder, link, memory);
    } catch (IOException failed) {
      memory.close();
      throw failed;
    }
  }

  /** What $CREDENTIALS_DIRECTORY says. */
  Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(link);
      Files.deleteIfExists(folder);
    } finally {
      memory.close();
    }
  }
}
