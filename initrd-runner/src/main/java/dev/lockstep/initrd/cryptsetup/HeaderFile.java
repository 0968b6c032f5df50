package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.Directories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The file in which a header is prepared before it is placed on the disk. */
public final class HeaderFile {
  private static final int SECTOR_BYTES = 512;
  private static final int WRITE_BYTES = 1024 * 1024;

  private HeaderFile() {}

  /**
   * Creates a file of zeros as long as the header will be, readable by its owner only, and makes it
   * durable. All its blocks are written, so a full disk shows here and not while a header is made.
   *
   * @param file must not exist
   */
  public static void create(Path file, Luks2Format format) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    long bytes = format.dataOffsetSectors() * SECTOR_BYTES;
    try (BlockDeviceFile opened = BlockDeviceFile.open(file, BlockDeviceFile.Access.READ_WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(WRITE_BYTES);
      for (long at = 0; at < bytes; at += WRITE_BYTES) {
        zeros.clear().limit((int) Math.min(WRITE_BYTES, bytes - at));
        opened.writeFully(at, zeros);
      }
      opened.flush();
    }
    Directories.fsync(file.toAbsolutePath().getParent()); // or a cut forgets the name
  }
}
