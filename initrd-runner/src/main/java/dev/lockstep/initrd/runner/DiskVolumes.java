package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.volume.VolumeWish;
import dev.lockstep.statemachine.firstboot.Role;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Either;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The policy's volumes, found on the disk.
 *
 * @param converted in the policy's order, and the root behind them
 * @param swaps in the policy's order
 */
record DiskVolumes(List<DiskVolume> converted, List<SwapVolume> swaps) {

  DiskVolumes {
    converted = List.copyOf(converted);
    swaps = List.copyOf(swaps);
  }

  static Either<Refusal, DiskVolumes> of(List<VolumeWish> wishes, DiskPartitions disk) {
    List<DiskVolume> converted = new ArrayList<>();
    List<SwapVolume> swaps = new ArrayList<>();
    Set<DiskPartitions.Named> taken = new HashSet<>();
    for (VolumeWish wish : wishes) {
      Either<String, DiskPartitions.Named> partition =
          disk.find(wish.partition())
              .filterOrElse(taken::add, _ -> "another volume of the policy is on its partition");
      if (partition.isLeft()) {
        return Either.left(
            Refusal.preflight(
                "NO_SUCH_VOLUME",
                "Volume %s: %s; mend the policy.".formatted(wish.name(), partition.getLeft())));
      }
      switch (wish.kind()) {
        case FILESYSTEM ->
            converted.add(
                new DiskVolume(wish.name(), Role.DATA, partition.get(), wish.recoveryKey()));
        case SWAP -> swaps.add(new SwapVolume(wish.name(), partition.get()));
      }
    }
    converted.add(DiskVolume.root(disk.root()));
    return Either.right(new DiskVolumes(converted, swaps));
  }
}
