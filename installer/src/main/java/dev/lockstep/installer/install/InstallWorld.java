package dev.lockstep.installer.install;

import dev.lockstep.installer.config.Fstab;
import dev.lockstep.installer.filesystem.BootImage;
import dev.lockstep.installer.filesystem.FileToInstall;
import dev.lockstep.installer.filesystem.Placement;
import dev.lockstep.installer.filesystem.RootImage;
import dev.lockstep.installer.filesystem.Tools;
import dev.lockstep.installer.loader.InstalledEntry;
import dev.lockstep.installer.loader.SystemdBoot;
import dev.lockstep.installer.partition.DiskIds;
import dev.lockstep.installer.partition.DiskLayout;
import dev.lockstep.installer.partition.GptDisk;
import dev.lockstep.installer.partition.Medium;
import dev.lockstep.installer.partition.SignatureWipe;
import dev.lockstep.installer.source.SourceTree;
import dev.lockstep.statemachine.boot.Trigger;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.install.InstallPhase;
import dev.lockstep.statemachine.install.InstallPlan;
import dev.lockstep.statemachine.loop.World;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.partition.GptCodec;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Has the effects of an install, each on the whole and read back by the part that makes it. */
final class InstallWorld
    implements World<InstallPhase, InstallIntent, InstallOutcome, InstallPlan> {

  private static final String JOURNAL = "/lockstep/journal/";

  private final InstallRequest request;
  private final SourceTree source;
  private final Medium medium;
  private final InstallPlan asked;
  private final WorkFolder work;

  InstallWorld(
      InstallRequest request,
      SourceTree source,
      Medium medium,
      InstallPlan asked,
      WorkFolder work) {
    this.request = request;
    this.source = source;
    this.medium = medium;
    this.asked = asked;
    this.work = work;
  }

  @Override
  public InstallPlan observe(State<InstallPhase, InstallIntent> state) {
    return asked;
  }

  @Override
  public Either<Refusal, InstallOutcome> perform(
      State<InstallPhase, InstallIntent> state, InstallIntent intent) throws IOException {
    return switch (state.phase()) {
      case InstallPhase.Planned(InstallPlan plan) -> step(plan, intent);
      case InstallPhase.Wiped(InstallPlan plan) -> step(plan, intent);
      case InstallPhase.Partitioned(InstallPlan plan) -> step(plan, intent);
      case InstallPhase.RootMade(InstallPlan plan) -> step(plan, intent);
      case InstallPhase.EspMade(InstallPlan plan) -> step(plan, intent);
      case InstallPhase.Untouched _, InstallPhase.Complete _, InstallPhase.Contradiction _ ->
          throw new IOException(intent + " can't be had without a plan");
    };
  }

  private Either<Refusal, InstallOutcome> step(InstallPlan plan, InstallIntent intent)
      throws IOException {
    DiskLayout layout = Planning.layout(plan);
    DiskIds ids = Planning.ids(plan);
    Tools tools =
        new Tools(work.folder(), Instant.ofEpochSecond(plan.identifiers().timestampSeconds()));
    Either<String, InstallOutcome> outcome =
        switch (intent) {
          case InstallIntent.Wipe() -> wipe(layout);
          case InstallIntent.WritePartitionTable() -> writeTable(layout, ids);
          case InstallIntent.MakeRoot() -> makeRoot(layout, ids, tools);
          case InstallIntent.MakeEsp() -> makeEsp(layout, ids, tools);
          case InstallIntent.MakeBoot() -> makeBoot(layout, ids, tools);
        };
    return outcome.mapLeft(sentence -> Refusal.failed("INSTALL_STEP", sentence + "."));
  }

  private Either<String, InstallOutcome> wipe(DiskLayout layout) throws IOException {
    SignatureWipe.wipe(medium, layout);
    return Either.right(new InstallOutcome.Wiped());
  }

  private Either<String, InstallOutcome> writeTable(DiskLayout layout, DiskIds ids)
      throws IOException {
    GptDisk.write(medium, layout.gpt(ids));
    return Either.right(
        new InstallOutcome.PartitionTableWritten(Digest.of(GptCodec.primary(layout.gpt(ids)))));
  }

  /** What the superblock on the medium says is told, not what was planned. */
  private Either<String, InstallOutcome> makeRoot(DiskLayout layout, DiskIds ids, Tools tools)
      throws IOException {
    Either<String, Fstab> fstab = Fstab.parse(source.text("/etc/fstab").getOrElse(""));
    if (fstab.isLeft()) {
      return Either.left(fstab.getLeft());
    }
    Path file =
        Files.writeString(
            work.file("fstab"),
            fstab
                .get()
                .with(Fstab.Mount.root(ids.rootFilesystem(), request.rootFilesystem().mountType()))
                .with(Fstab.Mount.boot(ids.bootPartition(), request.bootType().mountType()))
                .text());
    Either<String, Placement> placed =
        RootImage.install(
            source,
            layout,
            ids,
            request.rootExtent(),
            request.rootFilesystem(),
            List.of(new FileToInstall("/etc/fstab", file, 0644)),
            medium,
            tools);
    return placed.isLeft()
        ? Either.left(placed.getLeft())
        : RootImage.reserveIsFree(medium, layout, ids)
            .map(known -> new InstallOutcome.RootMade(known.sizeBytes()));
  }

  private Either<String, InstallOutcome> makeEsp(DiskLayout layout, DiskIds ids, Tools tools)
      throws IOException {
    List<FileToInstall> files = new ArrayList<>();
    Option<Path> binary = request.loader() ? SystemdBoot.find(source) : Option.none();
    if (request.loader() && binary.isEmpty()) {
      return Either.left(SystemdBoot.missingNote());
    }
    for (Path found : binary) {
      files.add(new FileToInstall(SystemdBoot.FALLBACK_PATH, found, 0644));
      files.add(
          new FileToInstall(
              SystemdBoot.CONFIGURATION_PATH,
              Files.writeString(work.file("loader.conf"), SystemdBoot.CONFIGURATION),
              0644));
    }
    return BootImage.installEsp(files, layout, ids, medium, tools)
        .map(_ -> new InstallOutcome.EspMade(binary.isDefined() ? "systemd-boot" : "no loader"));
  }

  /**
   * The journal goes along as it is by now: the intent of this very step is its last record. Where
   * a cut took the outcome alone, the disk boots, and may have been encrypted since: on its boot
   * partition are then the sealed key and the first boot's journal, and nothing may be written over
   * them.
   */
  private Either<String, InstallOutcome> makeBoot(DiskLayout layout, DiskIds ids, Tools tools)
      throws IOException {
    var root = RootImage.reserveIsFree(medium, layout, ids);
    if (root.isLeft()) {
      return Either.left(
          root.getLeft()
              + "; if it was booted since, its install is done: nothing was written to it, remove "
              + work.folder());
    }
    InstalledEntry entry =
        InstalledEntry.compose(
            source,
            ids.rootPartition(),
            request.encrypted() && request.arguments().stream().noneMatch(Trigger::is)
                ? Option.some(Trigger.tpm2())
                : Option.none(),
            request.arguments(),
            request.deletedArguments());
    List<FileToInstall> files = new ArrayList<>();
    files.add(new FileToInstall(entry.kernelPath(), source.kernel().image(), 0644));
    files.add(new FileToInstall(entry.initrdPath(), source.kernel().initrd(), 0600));
    files.add(
        new FileToInstall(
            entry.path(), Files.writeString(work.file("entry.conf"), entry.entry().text()), 0644));
    try (DirectoryStream<Path> generations = Files.newDirectoryStream(work.journal(), "gen*.cq4")) {
      for (Path generation : generations) {
        files.add(new FileToInstall(JOURNAL + generation.getFileName(), generation, 0600));
      }
    }
    return BootImage.installBoot(files, request.bootType(), layout, ids, medium, tools)
        .map((Placement _) -> new InstallOutcome.BootMade(entry.name().fileName()));
  }
}
