package dev.lockstep.statemachine.partition;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A GUID partition table for a whole disk (UEFI specification 2.10, chapter 5). {@link GptCodec}
 * turns it to bytes and back.
 *
 * <pre>
 *  sector  0      1        2 … 33          34 …                … N-34      N-33 … N-2     N-1
 *         +------+--------+---------------+----------------------------+---------------+--------+
 *         | MBR  | header | 128 entries   | partitions                 | 128 entries   | header |
 *         +------+--------+---------------+----------------------------+---------------+--------+
 *          protective  primary                                           backup
 * </pre>
 *
 * <p>(With sectors of 4096 bytes the entries take 4 sectors instead of 32.)
 *
 * @param diskId the GUID of the disk
 * @param sectorBytes logical sector size, 512 or 4096
 * @param diskSectors N, the disk's size
 * @param partitions in the order of their entries; within the usable range, not overlapping, ids
 *     unique
 */
public record Gpt(UUID diskId, int sectorBytes, long diskSectors, List<GptPartition> partitions) {
  /** Entries in the table, whether used or not: what every firmware expects. */
  public static final int ENTRIES = 128;

  public static final int ENTRY_BYTES = 128;

  public Gpt {
    partitions = List.copyOf(partitions);
    if (sectorBytes != 512 && sectorBytes != 4096) {
      throw new IllegalArgumentException("sectors have 512 or 4096 bytes, not " + sectorBytes);
    }
    if (partitions.size() > ENTRIES) {
      throw new IllegalArgumentException("a GPT holds at most %d partitions".formatted(ENTRIES));
    }
    if (diskSectors > Long.MAX_VALUE / sectorBytes
        || lastUsable(sectorBytes, diskSectors) < firstUsable(sectorBytes)) {
      throw new IllegalArgumentException(
          "a disk of %d sectors can't hold a GPT".formatted(diskSectors));
    }
    Set<UUID> ids = new HashSet<>();
    long freeFrom = firstUsable(sectorBytes);
    for (GptPartition partition :
        partitions.stream().sorted(Comparator.comparingLong(GptPartition::firstSector)).toList()) {
      if (partition.firstSector() < freeFrom
          || partition.lastSector() > lastUsable(sectorBytes, diskSectors)) {
        throw new IllegalArgumentException(
            "GPT partition '%s' overlaps another one or leaves the usable range"
                .formatted(partition.name()));
      }
      if (!ids.add(partition.id())) {
        throw new IllegalArgumentException("two GPT partitions have the id " + partition.id());
      }
      freeFrom = partition.lastSector() + 1;
    }
  }

  public long firstUsable() {
    return firstUsable(sectorBytes);
  }

  public long lastUsable() {
    return lastUsable(sectorBytes, diskSectors);
  }

  public long diskBytes() {
    return diskSectors * sectorBytes;
  }

  /** Sectors of one copy of the entries. */
  static int entrySectors(int sectorBytes) {
    return ENTRIES * ENTRY_BYTES / sectorBytes;
  }

  private static long firstUsable(int sectorBytes) {
    return 2L + entrySectors(sectorBytes);
  }

  private static long lastUsable(int sectorBytes, long diskSectors) {
    return diskSectors - 2 - entrySectors(sectorBytes);
  }
}
