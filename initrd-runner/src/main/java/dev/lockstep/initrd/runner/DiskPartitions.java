package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.statemachine.partition.Gpt;
import dev.lockstep.statemachine.partition.GptCodec;
import dev.lockstep.statemachine.partition.GptPartition;
import dev.lockstep.statemachine.partition.PartitionType;
import io.vavr.control.Either;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/**
 * Where root and boot partition lie on a disk, found by their types and never by a number or a path
 * that may change between boots.
 *
 * @param diskId the GPT's disk GUID
 */
public record DiskPartitions(UUID diskId, Place root, Place boot) {

  private static final int SECTOR_BYTES = 512;

  /**
   * A partition.
   *
   * @param partitionUuid its PARTUUID
   * @param offsetBytes from the disk's start
   */
  public record Place(UUID partitionUuid, long offsetBytes, long sizeBytes) {}

  /** Reads the partition table; the left side says in one sentence what is wrong. */
  public static Either<String, DiskPartitions> read(RandomReader disk) throws IOException {
    long sectors = disk.sizeBytes() / SECTOR_BYTES;
    if (disk.sizeBytes() < GptCodec.primaryBytes(SECTOR_BYTES)) {
      return Either.left("the disk is too small to hold a GPT");
    }
    ByteBuffer head = ByteBuffer.allocate(GptCodec.primaryBytes(SECTOR_BYTES));
    disk.readFully(0, head);
    return GptCodec.parsePrimary(head.array(), SECTOR_BYTES, sectors).flatMap(DiskPartitions::of);
  }

  private static Either<String, DiskPartitions> of(Gpt gpt) {
    return only(gpt, PartitionType.ROOT_X86_64, "root")
        .flatMap(
            root ->
                only(gpt, PartitionType.XBOOTLDR, "boot")
                    .map(boot -> new DiskPartitions(gpt.diskId(), root, boot)));
  }

  private static Either<String, Place> only(Gpt gpt, PartitionType type, String name) {
    List<GptPartition> found =
        gpt.partitions().stream().filter(p -> p.type().equals(type.guid())).toList();
    if (found.size() != 1) {
      return Either.left(
          "the disk has %d %s partitions (type %s), and must have one"
              .formatted(found.size(), name, type.guid()));
    }
    GptPartition partition = found.getFirst();
    return Either.right(
        new Place(
            partition.id(),
            partition.firstSector() * SECTOR_BYTES,
            partition.sectors() * SECTOR_BYTES));
  }
}
