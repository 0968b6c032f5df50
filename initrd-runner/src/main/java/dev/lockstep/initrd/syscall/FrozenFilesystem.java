package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file system held still: its log is replayed into place and nothing is written until {@link
 * #close} thaws it. A boot loader that can't replay a log (GRUB on XFS) then finds what was
 * written.
 */
public final class FrozenFilesystem implements AutoCloseable {
  private static final long FIFREEZE = 0xc0045877L; // linux/fs.h
  private static final long FITHAW = 0xc0045878L;

  private final Descriptor mountPoint;

  private FrozenFilesystem(Descriptor mountPoint) {
    this.mountPoint = mountPoint;
  }

  /** Freezes; never a file system this process itself has to write to before it is thawed. */
  public static FrozenFilesystem freeze(Path mountPoint) throws IOException {
    Descriptor descriptor =
        Descriptor.open(mountPoint, Descriptor.O_RDONLY | Descriptor.O_DIRECTORY);
    try {
      descriptor.ioctl("FIFREEZE", FIFREEZE, 0L);
      return new FrozenFilesystem(descriptor);
    } catch (ErrnoException e) {
      descriptor.close();
      throw e;
    }
  }

  /** Thaws; closing twice is harmless. */
  @Override
  public void close() throws IOException {
    if (mountPoint.isOpen()) {
      try (mountPoint) {
        mountPoint.ioctl("FITHAW", FITHAW, 0L);
      }
    }
  }
}
