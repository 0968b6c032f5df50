package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.volume.VolumeWish;
import dev.lockstep.statemachine.firstboot.Role;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Either;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The policy's volumes, found on the disk. */
final class DiskVolumes {

  private DiskVolumes() {}

  /** Those that are converted, in the policy's order, and the root behind them. */
  static Either<Refusal, List<DiskVolume>> of(List<VolumeWish> wishes, DiskPartitions disk) {
    List<DiskVolume> volumes = new ArrayList<>();
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
      volumes.add(new DiskVolume(wish.name(), Role.DATA, partition.get(), wish.recoveryKey()));
    }
    volumes.add(DiskVolume.root(disk.root()));
    return Either.right(volumes);
  }
}
