package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.DecryptedVolume;
import dev.lockstep.initrd.cryptsetup.HeaderReading;
import dev.lockstep.initrd.cryptsetup.Luks2HeaderReader;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Decrypts the root volume of a disk image into a sparse file, without device-mapper, and tells the
 * filesystem's type, its size and the volume's: how a script looks at a disk from outside.
 */
public final class DecryptedCopy {
  private static final int LONGEST_KEY_BYTES = 4096;
  private static final int STEP_BYTES = 1 << 20;

  private DecryptedCopy() {}

  /** Takes the image, a file with a key of any slot, and the file to make. */
  public static void main(String[] arguments) throws IOException {
    Path image = Path.of(arguments[0]);
    try (BlockDeviceFile disk = BlockDeviceFile.open(image, BlockDeviceFile.Access.READ_ONLY);
        Secret key = Secret.readFrom(Path.of(arguments[1]), LONGEST_KEY_BYTES)) {
      DiskPartitions.Place place = DiskPartitions.read(disk).get().root();
      PartitionBytes root = new PartitionBytes(disk, place.offsetBytes(), place.sizeBytes());
      HeaderReading.Valid header = (HeaderReading.Valid) Luks2HeaderReader.read(root);
      try (LoopDevice loop =
              LoopDevice.attach(
                  image, new LoopDevice.Window(place.offsetBytes(), place.sizeBytes()));
          CryptDevice device = CryptDevice.open(loop.path()).load();
          Secret volumeKey = device.keyslots().volumeKey(key)) {
        copy(DecryptedVolume.open(root, header.header(), volumeKey), Path.of(arguments[2]));
      }
    }
  }

  /** The filesystem alone: what lies behind it was never written, and decrypts to noise. */
  private static void copy(DecryptedVolume volume, Path file) throws IOException {
    byte[] head = new byte[FilesystemGeometry.HEAD_BYTES];
    volume.readFully(0, ByteBuffer.wrap(head));
    FilesystemGeometry.Known known = (FilesystemGeometry.Known) FilesystemGeometry.read(head);
    Files.deleteIfExists(file);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(known.sizeBytes());
      byte[] zeros = new byte[STEP_BYTES];
      for (long at = 0; at < known.sizeBytes(); at += STEP_BYTES) {
        byte[] step = new byte[(int) Math.min(STEP_BYTES, known.sizeBytes() - at)];
        volume.readFully(at, ByteBuffer.wrap(step));
        if (!Arrays.equals(step, 0, step.length, zeros, 0, step.length)) {
          out.seek(at);
          out.write(step);
        }
      }
    }
    System.out.printf("%s %d %d%n", known.type(), known.sizeBytes(), volume.sizeBytes());
  }
}
