package dev.lockstep.statemachine.partition;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * One entry of the table.
 *
 * @param type see {@link PartitionType}; never zero, which marks an unused entry
 * @param id the PARTUUID, unique on the machine
 * @param firstSector first sector of the partition
 * @param lastSector last sector, itself included
 * @param attributes bits as in the UEFI specification, table 5.8
 * @param name at most 36 UTF-16 units
 */
public record GptPartition(
    UUID type, UUID id, long firstSector, long lastSector, long attributes, String name) {
  static final int NAME_BYTES = 72;
  private static final UUID NIL = new UUID(0, 0);

  public GptPartition {
    if (type.equals(NIL) || id.equals(NIL)) {
      throw new IllegalArgumentException("a GPT entry in use has a type and an id");
    }
    if (firstSector <= 0 || lastSector < firstSector) {
      throw new IllegalArgumentException(
          "GPT partition '%s' ends before it starts".formatted(name));
    }
    if (name.getBytes(StandardCharsets.UTF_16LE).length > NAME_BYTES || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a GPT partition name has at most 36 characters");
    }
  }

  public long sectors() {
    return lastSector - firstSector + 1;
  }
}
