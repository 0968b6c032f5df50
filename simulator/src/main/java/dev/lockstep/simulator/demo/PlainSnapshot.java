package dev.lockstep.simulator.demo;

import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.runner.PartitionBytes;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The plain filesystem as it was before the first of its bytes was encrypted: one SHA-256 for each
 * MiB, so that no second copy of it is needed to compare every byte.
 *
 * @param bytes the size of the filesystem
 */
public record PlainSnapshot(long bytes, List<byte[]> digests) {

  static final int CHUNK_BYTES = 1 << 20;

  public PlainSnapshot {
    digests = List.copyOf(digests);
  }

  /** Reads the root partition of an image whose first boot was halted. */
  public static PlainSnapshot take(Path disk) throws IOException, DemoFailed {
    try (BlockDeviceFile file = BlockDeviceFile.open(disk, Access.READ_ONLY)) {
      PartitionBytes root = root(file);
      byte[] head = new byte[FilesystemGeometry.HEAD_BYTES];
      root.read(0, head);
      if (!(FilesystemGeometry.read(head) instanceof FilesystemGeometry.Known known)) {
        throw new DemoFailed(1, "The root partition of " + disk + " is not in the clear yet.");
      }
      return of(root, known.sizeBytes());
    }
  }

  static PartitionBytes root(BlockDeviceFile disk) throws IOException, DemoFailed {
    DiskPartitions.Place root = partitions(disk).root();
    return new PartitionBytes(disk, root.offsetBytes(), root.sizeBytes());
  }

  static DiskPartitions partitions(BlockDeviceFile disk) throws IOException, DemoFailed {
    return DiskPartitions.read(disk)
        .getOrElseThrow(wrong -> new DemoFailed(1, disk.path() + ": " + wrong + "."));
  }

  static PlainSnapshot of(RandomReader filesystem, long bytes) throws IOException {
    List<byte[]> digests = new ArrayList<>();
    byte[] chunk = new byte[CHUNK_BYTES];
    for (long at = 0; at < bytes; at += CHUNK_BYTES) {
      int length = (int) Math.min(CHUNK_BYTES, bytes - at);
      filesystem.readFully(at, ByteBuffer.wrap(chunk, 0, length));
      digests.add(digest(chunk, length));
    }
    return new PlainSnapshot(bytes, digests);
  }

  /** Whether these are the bytes that were there. */
  boolean holds(int chunkNumber, byte[] chunk, int length) {
    return Arrays.equals(digests.get(chunkNumber), digest(chunk, length));
  }

  private static byte[] digest(byte[] bytes, int length) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes, 0, length);
      return sha256.digest();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
