package dev.lockstep.installer.partition;

import dev.lockstep.statemachine.partition.Gpt;
import dev.lockstep.statemachine.partition.GptPartition;
import dev.lockstep.statemachine.partition.PartitionType;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.List;
import java.util.UUID;

/**
 * Where the partitions lie. Everything starts and ends on whole MiB; the root partition takes the
 * rest unless told otherwise.
 *
 * <pre>
 *  0      1 MiB                                                                             N
 *  +-----+----------+------------------+----------------------------------------+----+-------+
 *  | GPT | ESP      | boot (XBOOTLDR)  | root: filesystem … P - 32 MiB, reserve |    | GPT   |
 *  +-----+----------+------------------+----------------------------------------+----+-------+
 * </pre>
 *
 * @param diskBytes size of the disk
 * @param sectorBytes 512 or 4096
 */
public record DiskLayout(long diskBytes, int sectorBytes, Extent esp, Extent boot, Extent root) {
  public static final long MIB = 1024 * 1024;

  /**
   * What in-place encryption needs behind the filesystem: room for the header's shift, and for the
   * moved head.
   */
  public static final long RESERVE_BYTES = 32 * MIB;

  private static final long SMALL_DISK_BYTES = 1024 * MIB;
  private static final long SMALL_ESP_BYTES = 36 * MIB;
  private static final long ESP_BYTES = 64 * MIB;
  private static final long SMALL_BOOT_BYTES = 128 * MIB;
  private static final long BOOT_BYTES = 192 * MIB;

  /**
   * FAT32 has at least 65525 clusters of at least one sector; with fewer it would be FAT16, which
   * not every firmware reads.
   */
  private static final long MIN_FAT32_BYTES = 34 * MIB;

  private static final long MIN_FAT32_BYTES_4K_SECTORS = 264 * MIB;

  /**
   * What is wished for.
   *
   * @param diskBytes size of the disk
   * @param sectorBytes logical sector size
   * @param espBytes size of the ESP; by default 64 MiB, 36 MiB on disks below 1 GiB, 264 MiB where
   *     sectors have 4096 bytes
   * @param bootBytes size of the boot partition; by default 192 MiB, 128 MiB on disks below 1 GiB,
   *     more where needed
   * @param rootBytes size of the root partition; by default all the rest
   * @param bootNeededBytes what the boot partition must hold: kernel, initrd, header files, journal
   * @param rootNeededBytes the smallest filesystem that holds the content
   */
  public record Wish(
      long diskBytes,
      int sectorBytes,
      Option<Long> espBytes,
      Option<Long> bootBytes,
      Option<Long> rootBytes,
      long bootNeededBytes,
      long rootNeededBytes) {}

  /** Plans, or says in one sentence what does not fit. Writes nothing. */
  public static Either<String, DiskLayout> plan(Wish wish) {
    if (wish.sectorBytes() != 512 && wish.sectorBytes() != 4096) {
      return Either.left(
          "the disk has sectors of %d bytes; 512 and 4096 are known".formatted(wish.sectorBytes()));
    }
    boolean small = wish.diskBytes() < SMALL_DISK_BYTES;
    long minEsp = wish.sectorBytes() == 512 ? MIN_FAT32_BYTES : MIN_FAT32_BYTES_4K_SECTORS;
    long esp =
        roundUp(wish.espBytes().getOrElse(Math.max(minEsp, small ? SMALL_ESP_BYTES : ESP_BYTES)));
    if (esp < minEsp) {
      return Either.left(
          "an ESP of %s is too small for FAT32, it needs %s".formatted(mib(esp), mib(minEsp)));
    }
    long bootNeeded = roundUp(wish.bootNeededBytes());
    long boot =
        wish.bootBytes()
            .map(DiskLayout::roundUp)
            .getOrElse(Math.max(bootNeeded, small ? SMALL_BOOT_BYTES : BOOT_BYTES));
    if (boot < bootNeeded) {
      return Either.left(
          "a boot partition of %s is too small: kernel, initrd, header files and journal need %s"
              .formatted(mib(boot), mib(bootNeeded)));
    }
    long rootStart = MIB + esp + boot;
    long usableEnd =
        (wish.diskBytes() / wish.sectorBytes() * wish.sectorBytes() - MIB)
            / MIB
            * MIB; // the backup GPT takes 17 or 20 KiB of the last MiB
    long root = wish.rootBytes().map(bytes -> bytes / MIB * MIB).getOrElse(usableEnd - rootStart);
    long rootNeeded = roundUp(wish.rootNeededBytes()) + RESERVE_BYTES;
    if (root < rootNeeded) {
      return Either.left(
          wish.rootBytes().isDefined()
              ? "a root partition of %s is too small: content and the encryption reserve need %s"
                  .formatted(mib(root), mib(rootNeeded))
              : "the disk has %s, but this installation needs %s"
                  .formatted(mib(wish.diskBytes()), mib(rootStart + rootNeeded + MIB)));
    }
    if (rootStart + root > usableEnd) {
      return Either.left(
          "a root partition of %s does not fit: %s are left on the disk"
              .formatted(mib(root), mib(Math.max(0, usableEnd - rootStart))));
    }
    return Either.right(
        new DiskLayout(
            wish.diskBytes(),
            wish.sectorBytes(),
            new Extent(MIB, esp),
            new Extent(MIB + esp, boot),
            new Extent(rootStart, root)));
  }

  /**
   * Where the root filesystem has to end at the latest, counted from the root partition's start.
   */
  public long rootFilesystemLimitBytes() {
    return root.sizeBytes() - RESERVE_BYTES;
  }

  /** The partition table of this layout. */
  public Gpt gpt(DiskIds ids) {
    return new Gpt(
        ids.disk(),
        sectorBytes,
        diskBytes / sectorBytes,
        List.of(
            partition(PartitionType.ESP, ids.espPartition(), esp, 0, "esp"),
            partition(PartitionType.XBOOTLDR, ids.bootPartition(), boot, 0, "boot"),
            // Without GROW_FILESYSTEM: in the clear the root would grow into the reserve.
            partition(PartitionType.ROOT_X86_64, ids.rootPartition(), root, 0, "root")));
  }

  private GptPartition partition(
      PartitionType type, UUID id, Extent extent, long attributes, String name) {
    return new GptPartition(
        type.guid(),
        id,
        extent.offsetBytes() / sectorBytes,
        extent.endBytes() / sectorBytes - 1,
        attributes,
        name);
  }

  private static long roundUp(long bytes) {
    return (bytes + MIB - 1) / MIB * MIB;
  }

  private static String mib(long bytes) {
    return bytes / MIB + " MiB";
  }
}
