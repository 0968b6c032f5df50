package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.volume.VolumeWish.RecoveryKey;
import dev.lockstep.statemachine.firstboot.Role;
import dev.lockstep.statemachine.partition.PartitionType;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A volume that is converted in place.
 *
 * @param name of its mapping
 * @param role what it is to the machine
 * @param partition where it is
 * @param recoveryKey whose key opens it; the root's is the one that others share
 */
public record DiskVolume(
    String name, Role role, DiskPartitions.Named partition, RecoveryKey recoveryKey) {

  static DiskVolume root(DiskPartitions.Place place) {
    return new DiskVolume(
        "root",
        Role.ROOT,
        new DiskPartitions.Named("", PartitionType.ROOT_X86_64.guid(), place),
        RecoveryKey.SHARED);
  }

  public boolean isRoot() {
    return role == Role.ROOT;
  }

  /** On the boot partition. */
  String folder() {
    return switch (role) {
      case ROOT -> "lockstep";
      case DATA -> VolumeFiles.folder(name);
    };
  }

  /**
   * Its lines in the root.
   *
   * @param disk that it lies on
   */
  Staging staging(Path disk, PartitionBytes bytes) throws IOException {
    return switch (role) {
      case ROOT -> new StagedFiles();
      case DATA -> new StagedVolume(name, ForeignLines.on(disk, partition), bytes);
    };
  }

  DeferredGrowth deferredGrowth() {
    return switch (role) {
      case ROOT -> DeferredGrowth.OF_ROOT;
      case DATA -> DeferredGrowth.OF_DATA;
    };
  }

  /** Bytes of the root's partition, said of this one's. */
  public String of(String range) {
    return isRoot() ? range : range.replace("root partition", "partition of volume " + name);
  }

  /** A sentence that speaks of the root's partition, said of this one. */
  public String said(String sentence) {
    return switch (role) {
      case ROOT -> sentence;
      case DATA ->
          "Volume "
              + name
              + ": "
              + sentence
                  .replace("The root partition", "Its partition")
                  .replace("the root partition", "its partition");
    };
  }
}
