package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.partition.PartitionType;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import dev.lockstep.statemachine.swap.SwapPorts;
import java.util.UUID;

/**
 * A swap partition, which gets a random key at each boot.
 *
 * @param name of its mapping
 * @param partition where it is
 */
public record SwapVolume(String name, DiskPartitions.Named partition) {

  /** On the boot partition. */
  String folder() {
    return VolumeFiles.folder(name);
  }

  SwapPorts.Place place(UUID diskId) {
    DiskPartitions.Place place = partition.place();
    return new SwapPorts.Place(
        new DiskIdentity(diskId.toString(), place.partitionUuid().toString()),
        place.offsetBytes(),
        place.sizeBytes(),
        partition.type().equals(PartitionType.SWAP.guid()));
  }

  /** A sentence about its partition, that says whose. */
  public String said(String sentence) {
    return "Volume " + name + ": " + sentence;
  }
}
