package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.volume.PartitionName;
import dev.lockstep.statemachine.partition.Gpt;
import dev.lockstep.statemachine.partition.GptCodec;
import dev.lockstep.statemachine.partition.GptPartition;
import dev.lockstep.statemachine.partition.PartitionType;
import io.vavr.control.Either;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Where root and boot partition lie on a disk, found by their types and never by a number or a path
 * that may change between boots.
 *
 * @param diskId the GPT's disk GUID
 * @param all every partition of the disk, these two among them
 */
public record DiskPartitions(UUID diskId, Place root, Place boot, List<Named> all) {

  private static final int SECTOR_BYTES = 512;

  /**
   * A partition.
   *
   * @param partitionUuid its PARTUUID
   * @param offsetBytes from the disk's start
   */
  public record Place(UUID partitionUuid, long offsetBytes, long sizeBytes) {}

  /**
   * A partition with the name that the GPT has for it.
   *
   * @param name may be empty
   * @param type see {@link PartitionType}
   */
  public record Named(String name, UUID type, Place place) {

    /** What fstab may call it: all but paths that change between boots. */
    Set<String> devices() {
      Set<String> devices = new HashSet<>();
      devices.add("PARTUUID=" + place.partitionUuid());
      devices.add("/dev/disk/by-partuuid/" + place.partitionUuid());
      if (!name.isEmpty()) {
        devices.add("PARTLABEL=" + name);
        devices.add("/dev/disk/by-partlabel/" + name);
      }
      return devices;
    }
  }

  /** The one that the policy means, if it is neither the root nor the boot partition. */
  public Either<String, Named> find(PartitionName wanted) {
    List<Named> found =
        all.stream()
            .filter(
                each ->
                    switch (wanted) {
                      case PartitionName.Id(UUID id) -> each.place().partitionUuid().equals(id);
                      case PartitionName.Label(String name) -> each.name().equals(name);
                    })
            .toList();
    if (found.size() != 1) {
      return Either.left(
          "the disk has %d partitions %s, and must have one".formatted(found.size(), wanted));
    }
    Place place = found.getFirst().place();
    return place.equals(root) || place.equals(boot)
        ? Either.left("partition %s is the root or the boot partition".formatted(wanted))
        : Either.right(found.getFirst());
  }

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
                    .map(boot -> new DiskPartitions(gpt.diskId(), root, boot, all(gpt))));
  }

  private static List<Named> all(Gpt gpt) {
    return gpt.partitions().stream()
        .map(each -> new Named(each.name(), each.type(), place(each)))
        .toList();
  }

  private static Either<String, Place> only(Gpt gpt, PartitionType type, String name) {
    List<GptPartition> found =
        gpt.partitions().stream().filter(p -> p.type().equals(type.guid())).toList();
    if (found.size() != 1) {
      return Either.left(
          "the disk has %d %s partitions (type %s), and must have one"
              .formatted(found.size(), name, type.guid()));
    }
    return Either.right(place(found.getFirst()));
  }

  private static Place place(GptPartition partition) {
    return new Place(
        partition.id(), partition.firstSector() * SECTOR_BYTES, partition.sectors() * SECTOR_BYTES);
  }
}
