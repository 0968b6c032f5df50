package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.nio.file.Path;

/** What must be done to a folder and to a file system for a name to survive a power cut. */
public final class Directories {
  private Directories() {}

  /**
   * Makes the names in a folder durable: without it a cut may forget a file that was created,
   * renamed or deleted in it, however well the file itself was flushed (fsync(2), notes).
   */
  public static void fsync(Path folder) throws IOException {
    try (Descriptor descriptor =
        Descriptor.open(folder, Descriptor.O_RDONLY | Descriptor.O_DIRECTORY)) {
      int fd = descriptor.number();
      Libc.check("fsync", folder.toString(), capture -> Libc.FSYNC.callCapturing(capture, fd));
    }
  }

  /** Writes out everything the file system holding {@code path} has cached (syncfs(2)). */
  public static void syncfs(Path path) throws IOException {
    try (Descriptor descriptor = Descriptor.open(path, Descriptor.O_RDONLY)) {
      int fd = descriptor.number();
      Libc.check("syncfs", path.toString(), capture -> Libc.SYNCFS.callCapturing(capture, fd));
    }
  }
}
