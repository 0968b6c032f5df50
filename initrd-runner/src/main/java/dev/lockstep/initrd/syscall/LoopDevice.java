package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A loop device over a range of a file or of a block device, held open by this process. It has the
 * autoclear flag from its first moment (LOOP_CONFIGURE sets it in the same call that attaches the
 * file): when the process is killed, the kernel detaches it.
 *
 * <pre>
 *  struct loop_config (linux/loop.h), 304 bytes
 *  byte   0  u32 fd            the backing file
 *  byte   4  u32 block_size    0: the default
 *  byte   8  struct loop_info64, of which
 *  byte  32    u64 lo_offset      bytes
 *  byte  40    u64 lo_sizelimit   bytes, 0: to the end
 *  byte  60    u32 lo_flags       4: autoclear, 16: direct I/O
 *  byte  64    char lo_file_name[64]
 * </pre>
 */
public final class LoopDevice implements AutoCloseable {
  /**
   * Which part of the backing file.
   *
   * @param offsetBytes where it begins, a multiple of 512
   * @param sizeLimitBytes how long it is, a multiple of 512; 0 for all the rest
   */
  public record Window(long offsetBytes, long sizeLimitBytes) {
    public static final Window WHOLE = new Window(0, 0);

    public Window {
      if (offsetBytes < 0
          || sizeLimitBytes < 0
          || offsetBytes % SECTOR_BYTES != 0
          || sizeLimitBytes % SECTOR_BYTES != 0) {
        throw new IllegalArgumentException(
            "a window is made of whole 512-byte sectors, not "
                + sizeLimitBytes
                + " bytes at "
                + offsetBytes);
      }
    }
  }

  private static final int SECTOR_BYTES = 512;

  // linux/loop.h
  private static final long LOOP_CTL_GET_FREE = 0x4c82;
  private static final long LOOP_CONFIGURE = 0x4c0a;
  private static final long LOOP_CLR_FD = 0x4c01;
  private static final int CONFIG_BYTES = 304;
  private static final int OFFSET_AT = 32;
  private static final int SIZE_LIMIT_AT = 40;
  private static final int FLAGS_AT = 60;
  private static final int FILE_NAME_AT = 64;
  private static final int FILE_NAME_BYTES = 64;
  private static final int LO_FLAGS_AUTOCLEAR = 4;
  private static final int LO_FLAGS_DIRECT_IO = 16;

  /** Others may take the free device before we do: so many times we ask for another one. */
  private static final int ATTEMPTS = 64;

  private final Path path;
  private final Descriptor descriptor;

  private LoopDevice(Path path, Descriptor descriptor) {
    this.path = path;
    this.descriptor = descriptor;
  }

  /** Attaches with the host's page cache between loop device and backing file. */
  public static LoopDevice attach(Path backingFile, Window window) throws IOException {
    return attach(backingFile, window, 0);
  }

  /**
   * Attaches with direct I/O to the backing file, so that a read past the loop device's cache
   * reaches the medium. The kernel falls back to cached I/O where file or offset do not allow it.
   */
  public static LoopDevice attachDirect(Path backingFile, Window window) throws IOException {
    return attach(backingFile, window, LO_FLAGS_DIRECT_IO);
  }

  private static LoopDevice attach(Path backingFile, Window window, int extraFlags)
      throws IOException {
    try (Descriptor control = Descriptor.open(Path.of("/dev/loop-control"), Descriptor.O_RDWR);
        Descriptor backing = Descriptor.open(backingFile, Descriptor.O_RDWR);
        Arena arena = Arena.ofConfined()) {
      MemorySegment config = arena.allocate(CONFIG_BYTES, Long.BYTES);
      config.set(ValueLayout.JAVA_INT, 0, backing.number());
      config.set(ValueLayout.JAVA_LONG, OFFSET_AT, window.offsetBytes());
      config.set(ValueLayout.JAVA_LONG, SIZE_LIMIT_AT, window.sizeLimitBytes());
      config.set(ValueLayout.JAVA_INT, FLAGS_AT, LO_FLAGS_AUTOCLEAR | extraFlags);
      byte[] name = backingFile.toString().getBytes(StandardCharsets.UTF_8);
      MemorySegment.copy(
          name,
          0,
          config,
          ValueLayout.JAVA_BYTE,
          FILE_NAME_AT,
          Math.min(name.length, FILE_NAME_BYTES - 1));
      return configureFree(control, config);
    }
  }

  private static LoopDevice configureFree(Descriptor control, MemorySegment config)
      throws IOException {
    ErrnoException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long number = control.ioctl("LOOP_CTL_GET_FREE", LOOP_CTL_GET_FREE, 0L);
      Path path = Path.of("/dev/loop" + number);
      Descriptor device = Descriptor.open(path, Descriptor.O_RDWR);
      try {
        device.ioctl("LOOP_CONFIGURE", LOOP_CONFIGURE, config);
        return new LoopDevice(path, device);
      } catch (ErrnoException e) {
        device.close();
        if (e.errno() != Errno.EBUSY) {
          throw e;
        }
        last = e;
      }
    }
    throw new IOException("no free loop device could be had", last);
  }

  /** Detaches a loop device that somebody left; at once, or when its last user closes it. */
  public static void detach(Path device) throws IOException {
    try (Descriptor descriptor = Descriptor.open(device, Descriptor.O_RDWR)) {
      descriptor.ioctl("LOOP_CLR_FD", LOOP_CLR_FD, 0L);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENXIO) { // nothing attached: what was wanted
        throw e;
      }
    }
  }

  /** The device node, such as {@code /dev/loop3}. */
  public Path path() {
    return path;
  }

  /** Lets go; the kernel detaches it when no other user has it open. */
  @Override
  public void close() throws IOException {
    descriptor.close();
  }

  @Override
  public String toString() {
    return "LoopDevice[" + path + "]";
  }
}
