package dev.lockstep.initrd.boot;

import dev.lockstep.initrd.syscall.BlockDeviceFile;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/**
 * A system that was written to a swap partition while it ran, and goes on from there when the
 * machine starts. It has its root mounted all the time: were that encrypted meanwhile, it would
 * write plain blocks over it, the LUKS2 header first.
 *
 * <pre>
 *  0 … 4085   swap's first page
 *  4086       S1SUSPEND (Linux), S2SUSPEND, ULSUSPEND (uswsusp), LINHIB0001 (TuxOnIce)
 * </pre>
 *
 * @param devices where device nodes are
 * @param blocks where sysfs lists block devices
 */
record Hibernation(Path devices, Path blocks) {

  static final Hibernation OF_MACHINE =
      new Hibernation(Path.of("/dev"), Path.of("/sys/class/block"));

  private static final int SIGNATURE_AT = 4086;
  private static final int SIGNATURE_BYTES = 10;
  private static final Set<String> SIGNATURES =
      Set.of("S1SUSPEND\0", "S2SUSPEND\0", "ULSUSPEND\0", "LINHIB0001");
  private static final byte[] LUKS = {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe};

  /** The partition or disk that holds one. */
  Option<Path> found() throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(blocks)) {
      for (Path each : all) {
        Path device = devices.resolve(each.getFileName());
        if (Files.exists(device) && isIn(device)) {
          return Option.some(device);
        }
      }
    }
    return Option.none();
  }

  private static boolean isIn(Path device) {
    return SIGNATURES.contains(
        new String(read(device, SIGNATURE_AT, SIGNATURE_BYTES), StandardCharsets.ISO_8859_1));
  }

  /** Whether a LUKS header is there, whole or not. */
  static boolean isEncrypted(Path partition) {
    return Arrays.equals(read(partition, 0, LUKS.length), LUKS);
  }

  /** Nothing where it can't be read: an empty drive, a device that is gone. */
  private static byte[] read(Path device, long atBytes, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    try (BlockDeviceFile file = BlockDeviceFile.open(device, BlockDeviceFile.Access.READ_ONLY)) {
      file.readFully(atBytes, ByteBuffer.wrap(bytes));
    } catch (IOException unreadable) {
      return new byte[0];
    }
    return bytes;
  }
}
