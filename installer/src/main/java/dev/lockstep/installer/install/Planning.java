package dev.lockstep.installer.install;

import dev.lockstep.installer.filesystem.BootImage;
import dev.lockstep.installer.filesystem.RootImage;
import dev.lockstep.installer.partition.DiskIds;
import dev.lockstep.installer.partition.DiskLayout;
import dev.lockstep.installer.partition.Extent;
import dev.lockstep.installer.source.SourceTree;
import dev.lockstep.statemachine.boot.KernelCommandLine;
import dev.lockstep.statemachine.boot.Trigger;
import dev.lockstep.statemachine.install.InstallPlan;
import dev.lockstep.statemachine.install.InstallPlan.Identifiers;
import dev.lockstep.statemachine.install.InstallPlan.Partition;
import dev.lockstep.statemachine.install.InstallPlan.Role;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;

/**
 * From what was asked and what is there to numbers and identifiers; and back to the parts' types.
 */
final class Planning {

  private static final int SECTOR_BYTES = 512;

  /** Two header files of 16 MiB, and journals: Policy.STANDARD wants 56 MiB free. */
  private static final long PREPARED_BYTES = 64 * DiskLayout.MIB;

  private Planning() {}

  static Either<String, InstallPlan> plan(InstallRequest request, SourceTree source, long diskBytes)
      throws IOException {
    Either<String, Option<Trigger>> trigger =
        Trigger.find(KernelCommandLine.of(request.arguments()));
    if (trigger.isLeft()) {
      return Either.left(trigger.getLeft());
    }
    Option<String> unmakeable = request.rootFilesystem().objection();
    if (unmakeable.isDefined()) {
      return Either.left(unmakeable.get());
    }
    long bootBytes =
        BootImage.neededBytes(
            Files.size(source.kernel().image())
                + Files.size(source.kernel().initrd())
                + PREPARED_BYTES);
    DiskLayout.Wish wish =
        new DiskLayout.Wish(
            diskBytes,
            SECTOR_BYTES,
            Option.none(),
            Option.none(),
            request.rootBytes(),
            bootBytes,
            RootImage.neededBytes(source.content(), request.rootFilesystem()));
    DiskIds ids = DiskIds.random(new SecureRandom());
    return DiskLayout.plan(wish)
        .flatMap(
            layout ->
                RootImage.extent(
                        source.content(), layout, request.rootExtent(), request.rootFilesystem())
                    .map(root -> plan(request, layout, ids, root.sizeBytes())));
  }

  private static InstallPlan plan(
      InstallRequest request, DiskLayout layout, DiskIds ids, long rootFilesystemBytes) {
    return new InstallPlan(
        "folder " + request.source().getFileName(),
        request.digest(),
        layout.diskBytes(),
        new Identifiers(
            ids.disk(),
            ids.bootFilesystem(),
            ids.rootFilesystem(),
            ids.hashSeed(),
            ids.espVolume(),
            Instant.now().getEpochSecond()),
        List.of(
            partition(Role.ESP, ids.espPartition(), layout.esp()),
            partition(Role.BOOT, ids.bootPartition(), layout.boot()),
            partition(Role.ROOT, ids.rootPartition(), layout.root())),
        rootFilesystemBytes);
  }

  private static Partition partition(Role role, java.util.UUID uuid, Extent extent) {
    return new Partition(role, uuid, extent.offsetBytes(), extent.sizeBytes());
  }

  static DiskLayout layout(InstallPlan plan) {
    return new DiskLayout(
        plan.diskBytes(),
        SECTOR_BYTES,
        extent(plan, Role.ESP),
        extent(plan, Role.BOOT),
        extent(plan, Role.ROOT));
  }

  static DiskIds ids(InstallPlan plan) {
    Identifiers identifiers = plan.identifiers();
    return new DiskIds(
        identifiers.disk(),
        plan.partition(Role.ESP).partitionUuid(),
        plan.partition(Role.BOOT).partitionUuid(),
        plan.partition(Role.ROOT).partitionUuid(),
        identifiers.bootFilesystem(),
        identifiers.rootFilesystem(),
        identifiers.hashSeed(),
        identifiers.espVolume());
  }

  private static Extent extent(InstallPlan plan, Role role) {
    Partition partition = plan.partition(role);
    return new Extent(partition.offsetBytes(), partition.sizeBytes());
  }
}
