package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * A tmpfs of this run's own, under /run: mount points, Chronicle's lock files, header files while
 * libcryptsetup works on them. It lies in a mount namespace of this thread's own, so all of it is
 * gone when the process is, however it ends.
 */
public final class Scratch implements AutoCloseable {

  private static final Path RUN = Path.of("/run/lockstep");

  /** Header files of 16 MiB, a few at a time. */
  private static final String OPTIONS = "size=128m,mode=0700,noswap";

  private static final String OPTIONS_BEFORE_NOSWAP = "size=128m,mode=0700";

  private final Path folder;

  private Scratch(Path folder) {
    this.folder = folder;
  }

  public static Scratch open() throws IOException {
    Mounts.enterNamespaceOfOwn();
    Files.createDirectories(RUN);
    Path folder = Files.createTempDirectory(RUN, "run-");
    Set<Mounts.Flag> flags =
        Set.of(Mounts.Flag.NO_SET_USER_ID, Mounts.Flag.NO_DEVICES, Mounts.Flag.NO_EXECUTE);
    Path source = Path.of("lockstep");
    try {
      Mounts.mount(source, folder, "tmpfs", flags, OPTIONS);
    } catch (IOException kernelBefore64) {
      Mounts.mount(source, folder, "tmpfs", flags, OPTIONS_BEFORE_NOSWAP);
    }
    return new Scratch(folder);
  }

  /** A fresh folder. */
  Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  @Override
  public void close() throws IOException {
    Mounts.unmountLazily(folder);
    Files.deleteIfExists(folder);
  }
}
