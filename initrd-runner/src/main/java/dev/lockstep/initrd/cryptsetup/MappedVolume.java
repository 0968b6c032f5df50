package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.syscall.Errno;
import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A volume that device-mapper shows in the clear under {@code /dev/mapper}. Unlike a loop device or
 * a mount of our own it outlives the process: who opens one must find it again after a kill, by its
 * name.
 */
public final class MappedVolume {
  private static final Path MAPPER = Path.of("/dev/mapper");
  private static final Path SYS_BLOCK = Path.of("/sys/block");

  /** Somebody may look at a new device for a moment: udev does. */
  private static final int PATIENCE_MILLIS = 15_000;

  private MappedVolume() {}

  /** Whether the kernel has device-mapper: its node may be there without it; opening loads it. */
  public static boolean isPossible() {
    try (InputStream opened = Files.newInputStream(MAPPER.resolve("control"))) {
      return opened != null;
    } catch (IOException missing) {
      return false;
    }
  }

  /** Whether one of this name is there, as sysfs tells: needs neither rights nor device nodes. */
  public static boolean isOpen(String name) throws IOException {
    try (DirectoryStream<Path> devices = Files.newDirectoryStream(SYS_BLOCK, "dm-*")) {
      for (Path device : devices) {
        if (name(device).equals(name)) {
          return true;
        }
      }
      return false;
    }
  }

  private static String name(Path device) throws IOException {
    try {
      return Files.readString(device.resolve("dm").resolve("name")).strip();
    } catch (NoSuchFileException closedWhileWeLooked) {
      return "";
    }
  }

  /**
   * Opens a volume that is loaded.
   *
   * @param name of the device in {@code /dev/mapper}; it must be free
   * @return the device
   * @throws WrongKeyException when the key opens no slot
   */
  public static Path open(CryptDevice device, String name, Secret key) throws IOException {
    device.activate(name, key);
    return MAPPER.resolve(name);
  }

  /**
   * Closes it; nothing where there is none of that name.
   *
   * @throws IOException when somebody still has it after 15 seconds
   */
  public static void close(String name) throws IOException {
    for (int waited = 0; ; waited += 100) {
      int result = deactivate(name);
      if (result >= 0 || result == -Errno.ENODEV) {
        return;
      }
      if (result != -Errno.EBUSY || waited >= PATIENCE_MILLIS) {
        throw new CryptException("crypt_deactivate", -result, List.of(name));
      }
      pause();
    }
  }

  private static int deactivate(String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      return LibCryptsetup.invoke(
          "crypt_deactivate",
          MemorySegment.NULL,
          none -> (int) LibCryptsetup.DEACTIVATE.call(none, text));
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(100);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}
