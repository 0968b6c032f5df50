package dev.lockstep.initrd.boot;

import dev.lockstep.statemachine.boot.KernelCommandLine;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * The disk that this machine boots from, as the kernel calls it in this boot.
 *
 * @param disk the whole disk, for example /dev/vda
 * @param root its root partition
 * @param rootId that one's PARTUUID, by which the boot entry names it
 */
public record BootDisk(Path disk, Path root, UUID rootId) {

  private static final String ARGUMENT = "root";
  private static final String BY_ID = "PARTUUID=";
  private static final String BY_ID_FOLDER = "/dev/disk/by-partuuid/";

  /** Slow controllers and sticks take some seconds; a disk that is not there by then is not. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Waits for the partition of this PARTUUID, which stays the same when the filesystem's own UUID
   * disappears behind LUKS.
   *
   * @return on the left, in a sentence, why there is none
   */
  static Either<String, BootDisk> await(UUID wanted) throws IOException {
    return await(wanted, Path.of("/dev"), Path.of("/sys/class/block"), PATIENCE);
  }

  static Either<String, BootDisk> await(UUID wanted, Path devices, Path blocks, Duration patience)
      throws IOException {
    return Polling.until(patience, () -> find(wanted, devices, blocks))
        .toEither(
            () ->
                "No disk has the partition %s that root= names; is the disk connected?"
                    .formatted(wanted));
  }

  /** What the last {@code root=} says. */
  static Either<String, UUID> rootPartition(KernelCommandLine line) {
    String value = line.lastValue(ARGUMENT).getOrElse("");
    String id =
        value.startsWith(BY_ID)
            ? value.substring(BY_ID.length())
            : value.startsWith(BY_ID_FOLDER) ? value.substring(BY_ID_FOLDER.length()) : "";
    try {
      UUID parsed = UUID.fromString(id);
      if (parsed.toString().equalsIgnoreCase(id)) {
        return Either.right(parsed);
      }
    } catch (IllegalArgumentException noUuid) {
      // told below
    }
    return Either.left(
        "The kernel argument root=%s does not name a partition by its PARTUUID, so it is not clear which disk is meant; write root=PARTUUID=… into the boot entry."
            .formatted(value));
  }

  /** By udev's link; the disk is the folder in which sysfs has the partition. */
  private static Option<BootDisk> find(UUID id, Path devices, Path blocks) throws IOException {
    Path link = devices.resolve("disk/by-partuuid").resolve(id.toString());
    if (!Files.exists(link)) {
      return Option.none();
    }
    Path partition = link.toRealPath();
    Path known = blocks.resolve(partition.getFileName());
    if (!Files.exists(known.resolve("partition"))) {
      return Option.none();
    }
    Path disk = devices.resolve(known.toRealPath().getParent().getFileName());
    return Files.exists(disk) ? Option.some(new BootDisk(disk, partition, id)) : Option.none();
  }
}
