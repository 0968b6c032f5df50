package dev.lockstep.initrd.cryptsetup;

import java.util.OptionalLong;
import java.util.Set;

/**
 * One stretch of the data device (LUKS2 on-disk format, section 3.3). The segments without a {@code
 * backup-} flag, in the order of their numbers, are the volume; the others are what a re-encryption
 * notes for itself.
 */
public sealed interface Segment {
  String IN_REENCRYPTION = "in-reencryption";
  String BACKUP_PREVIOUS = "backup-previous";
  String BACKUP_FINAL = "backup-final";
  String BACKUP_MOVED = "backup-moved-segment";

  int id();

  /** Where it begins on the data device, in bytes. */
  long offsetBytes();

  /** Its length in bytes; empty for {@code dynamic}: to the end of the device. */
  OptionalLong sizeBytes();

  Set<String> flags();

  /** Data in the clear. */
  record Linear(int id, long offsetBytes, OptionalLong sizeBytes, Set<String> flags)
      implements Segment {
    public Linear {
      flags = Set.copyOf(flags);
    }
  }

  /**
   * Encrypted data.
   *
   * @param ivTweakSectors added to the number of each 512-byte sector to make its IV
   * @param encryption cipher and mode, such as {@code aes-xts-plain64}
   * @param sectorBytes 512, 1024, 2048 or 4096
   * @param authenticated whether dm-integrity tags belong to it
   */
  record Crypt(
      int id,
      long offsetBytes,
      OptionalLong sizeBytes,
      Set<String> flags,
      long ivTweakSectors,
      String encryption,
      int sectorBytes,
      boolean authenticated)
      implements Segment {
    public Crypt {
      flags = Set.copyOf(flags);
    }
  }

  /** Whether it is a re-encryption's note and no part of the volume. */
  default boolean isBackup() {
    return flags().stream().anyMatch(flag -> flag.startsWith("backup-"));
  }

  default boolean isInReencryption() {
    return flags().contains(IN_REENCRYPTION);
  }
}
