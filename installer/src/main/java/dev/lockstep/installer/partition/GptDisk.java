package dev.lockstep.installer.partition;

import dev.lockstep.statemachine.partition.Gpt;
import dev.lockstep.statemachine.partition.GptCodec;
import io.vavr.control.Either;
import java.io.IOException;
import java.util.Arrays;

/**
 * Puts a {@link Gpt} on a disk and reads it from there. Writing twice gives the same bytes: a cut
 * means, write again.
 */
public final class GptDisk {
  private GptDisk() {}

  /**
   * Writes both copies, the backup first: as long as the primary is not whole, nothing calls the
   * disk partitioned.
   *
   * @throws IOException where the medium fails or gives back other bytes
   */
  public static void write(Medium medium, Gpt gpt) throws IOException {
    if (medium.sizeBytes() / gpt.sectorBytes() != gpt.diskSectors()) {
      throw new IOException(
          "the partition table was planned for %d bytes, but %s has %d"
              .formatted(gpt.diskBytes(), medium.path(), medium.sizeBytes()));
    }
    medium.writeVerified(backupOffsetBytes(gpt), GptCodec.backup(gpt));
    medium.writeVerified(0, GptCodec.primary(gpt));
  }

  /** Whether exactly this table is on the disk, both copies. */
  public static boolean isWritten(Medium medium, Gpt gpt) throws IOException {
    if (medium.sizeBytes() / gpt.sectorBytes() != gpt.diskSectors()) {
      return false;
    }
    byte[] primary = GptCodec.primary(gpt);
    byte[] backup = GptCodec.backup(gpt);
    return Arrays.equals(primary, medium.readBack(0, primary.length))
        && Arrays.equals(backup, medium.readBack(backupOffsetBytes(gpt), backup.length));
  }

  /**
   * Reads the primary table. The backup is not taken instead by itself, since the kernel does not
   * either: {@link #readBackup} is for whoever repairs.
   */
  public static Either<String, Gpt> read(Medium medium, int sectorBytes) throws IOException {
    long sectors = medium.sizeBytes() / sectorBytes;
    if (medium.sizeBytes() < GptCodec.primaryBytes(sectorBytes)) {
      return Either.left("%s is too small to hold a GPT".formatted(medium.path()));
    }
    return GptCodec.parsePrimary(
        medium.read(0, GptCodec.primaryBytes(sectorBytes)), sectorBytes, sectors);
  }

  /** Reads the backup table at the disk's end. */
  public static Either<String, Gpt> readBackup(Medium medium, int sectorBytes) throws IOException {
    long sectors = medium.sizeBytes() / sectorBytes;
    if (medium.sizeBytes() < GptCodec.primaryBytes(sectorBytes)) {
      return Either.left("%s is too small to hold a GPT".formatted(medium.path()));
    }
    long offset = GptCodec.backupOffsetBytes(sectorBytes, sectors);
    return GptCodec.parseBackup(
        medium.read(offset, GptCodec.backupBytes(sectorBytes)), sectorBytes, sectors);
  }

  private static long backupOffsetBytes(Gpt gpt) {
    return GptCodec.backupOffsetBytes(gpt.sectorBytes(), gpt.diskSectors());
  }
}
