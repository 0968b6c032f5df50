package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.LibraryVersion;
import dev.lockstep.initrd.handover.HandoverPlan;
import dev.lockstep.initrd.handover.RemovableMedia;
import dev.lockstep.initrd.syscall.EffectiveUser;
import dev.lockstep.initrd.tpm.Firmware;
import dev.lockstep.initrd.tpm.Tpm;
import dev.lockstep.initrd.tpm.TpmDevice;
import dev.lockstep.initrd.tpm.TpmFailure;
import dev.lockstep.initrd.volume.VolumeWish;
import dev.lockstep.statemachine.boot.Opener;
import dev.lockstep.statemachine.boot.Trigger;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.Policy;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Keys.TpmCounter;
import dev.lockstep.statemachine.port.Luks;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The machine of the first boot with the real world behind its ports. */
public final class FirstBootSession implements AutoCloseable {

  /**
   * What the operator asked for.
   *
   * @param handover where the recovery key goes
   * @param keyFile a key of any slot, where the TPM does not give the conversion key
   * @param operatorKeys what slots of the operator's are made of
   * @param completion what the kernel argument in the boot entry adds to it
   * @param growHere whether the filesystem may grow on the opened volume, or is left to the
   *     machine's own boot
   * @param volumes what is encrypted besides the root, and before it
   */
  public record Request(
      Path disk,
      TpmDevice tpm,
      HandoverPlan handover,
      Option<Path> keyFile,
      OperatorKeys operatorKeys,
      Policy policy,
      Option<Completion> completion,
      boolean growHere,
      List<VolumeWish> volumes) {

    /** Knows what else was said, and is asked once the boot entries can be read. */
    @FunctionalInterface
    public interface Completion {
      Request with(Option<Trigger> trigger);
    }

    /** Where the boot entry has nothing to add. */
    public Request(
        Path disk,
        TpmDevice tpm,
        HandoverPlan handover,
        Option<Path> keyFile,
        OperatorKeys operatorKeys,
        Policy policy) {
      this(disk, tpm, handover, keyFile, operatorKeys, policy, Option.none());
    }

    /** Growing where that can be done. */
    public Request(
        Path disk,
        TpmDevice tpm,
        HandoverPlan handover,
        Option<Path> keyFile,
        OperatorKeys operatorKeys,
        Policy policy,
        Option<Completion> completion) {
      this(disk, tpm, handover, keyFile, operatorKeys, policy, completion, true, List.of());
    }

    /** Every byte of the filesystem stays as it was: its own machine's boot grows it. */
    public Request withoutGrowth() {
      return new Request(
          disk, tpm, handover, keyFile, operatorKeys, policy, completion, false, volumes);
    }

    /** And these volumes before the root. */
    public Request withVolumes(List<VolumeWish> wanted) {
      return new Request(
          disk, tpm, handover, keyFile, operatorKeys, policy, completion, growHere, wanted);
    }

    Request completed(Option<Trigger> trigger) {
      Request all = completion.map(known -> known.with(trigger)).getOrElse(this);
      return growHere ? all : all.withoutGrowth();
    }

    /** Where the recovery key goes to a file, and the operator brings no keys. */
    public Request(
        Path disk,
        TpmDevice tpm,
        Option<Path> recoveryKeyOut,
        Option<Path> keyFile,
        Policy policy) {
      this(disk, tpm, HandoverPlan.toFile(recoveryKeyOut), keyFile, OperatorKeys.NONE, policy);
    }
  }

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Luks.Progress progress;
  private final boolean looksOnly;
  private RunResources resources;
  private Option<VolumeSession> root = Option.none();

  private FirstBootSession(Luks.Progress progress, boolean looksOnly) {
    this.progress = progress;
    this.looksOnly = looksOnly;
  }

  /** The same, to look at: no volume can be run. */
  public static Either<Refusal, FirstBootSession> look(Request request) throws IOException {
    return opened(new FirstBootSession((_, _) -> true, true), request);
  }

  /**
   * Opens disk, boot partition and TPM.
   *
   * @param progress told while data is converted
   * @return on the left why that can't be done; nothing was written
   */
  public static Either<Refusal, FirstBootSession> open(Request request, Luks.Progress progress)
      throws IOException {
    return opened(new FirstBootSession(progress, false), request);
  }

  private static Either<Refusal, FirstBootSession> opened(FirstBootSession session, Request request)
      throws IOException {
    Option<Refusal> refusal;
    try {
      refusal = session.prepare(request);
    } catch (IOException | RuntimeException failed) {
      session.close();
      throw failed;
    }
    if (refusal.isDefined()) {
      session.close();
      return Either.left(refusal.get());
    }
    return Either.right(session);
  }

  private Option<Refusal> prepare(Request request) throws IOException {
    if (!EffectiveUser.isRoot()) {
      return Option.some(
          Refusal.preflight("NOT_ROOT", "Loop devices and mounts need root; run this as root."));
    }
    if (LibraryVersion.loaded().isEmpty()) {
      return Option.some(
          Refusal.preflight(
              "NO_CRYPTSETUP", "libcryptsetup.so.12 is missing; install libcryptsetup12."));
    }
    // First of all: a software TPM that a killed run left still holds that run's mounts.
    Either<TpmFailure, Option<Tpm>> tpm = request.tpm().open(Firmware.DEFAULT);
    if (tpm.isLeft()) {
      return Option.some(Refusal.preflight("NO_TPM", tpm.getLeft().message()));
    }
    tpm.get().forEach(open::push);
    Either<Refusal, Disk> disk = Disk.open(request.disk());
    if (disk.isLeft()) {
      return Option.some(disk.getLeft());
    }
    open.push(disk.get());
    Scratch scratch = Scratch.open();
    open.push(scratch);
    FolderBootPartition boot = mountBoot(disk.get(), scratch);
    Request whole = request.completed(BootTrigger.on(boot));
    Either<Refusal, DiskVolumes> volumes = DiskVolumes.of(whole.volumes(), disk.get().partitions());
    if (volumes.isLeft()) {
      return Option.some(volumes.getLeft());
    }
    RemovableMedia media = new RemovableMedia(disk.get().path(), scratch::folder);
    open.push(media);
    resources =
        new RunResources(
            whole,
            disk.get(),
            boot,
            scratch,
            tpm.get(),
            media,
            volumes.get(),
            UUID.randomUUID(),
            looksOnly);
    return Option.none();
  }

  private FolderBootPartition mountBoot(Disk disk, Scratch scratch) throws IOException {
    DiskPartitions.Place place = disk.partitions().boot();
    MountedPartition mounted =
        MountedPartition.mount(
            disk.path(),
            place.offsetBytes(),
            place.sizeBytes(),
            disk.bootFilesystem(),
            scratch.folder("boot"));
    open.push(mounted);
    return new FolderBootPartition(mounted);
  }

  /** A volume that was begun, is not done, and is not in the policy any more. */
  Option<String> forgottenVolume() throws IOException {
    return resources.forgotten();
  }

  /** The TPM's counter of failed tries now; none where no TPM answers. */
  public Option<TpmCounter> tpmCounter() {
    return TpmKeys.counter(resources.tpm());
  }

  /** Whether the system may be booted as it was installed: nothing of it is, or may be, torn. */
  public boolean mayBootInTheClear() throws IOException {
    return resources.mayBootInTheClear();
  }

  /** Whether the encryption may as well wait for a later boot, and would go on at this one. */
  public boolean mayBePutOff() throws IOException {
    return resources.mayBePutOff();
  }

  /** Who opens the root, where that is wholly encrypted. */
  public Option<Opener> rootOpener() throws IOException {
    return new HeaderLook(resources.bytesOf(resources.root())).look()
            instanceof VolumeState.Encrypted(UUID _, Set<Slot> slots)
        ? Option.some(Slot.opener(slots))
        : Option.none();
  }

  /** Where the root's journal lies while this is open. */
  public Path journalFolder() throws IOException {
    return resources.mountedBoot().folder(resources.root().folder() + "/journal");
  }

  /** Every volume that is converted, the root last. */
  public List<DiskVolume> volumes() {
    return resources.volumes();
  }

  /** Every swap partition. */
  public List<SwapVolume> swaps() {
    return resources.found().swaps();
  }

  /** Whether there is more than the root, so that each has to be told by its name. */
  public boolean hasSeveral() {
    return volumes().size() + swaps().size() > 1;
  }

  /** One of the swap partitions; closed by the caller before the next is opened. */
  public SwapSession open(SwapVolume swap) throws IOException {
    return SwapSession.open(resources, swap, progress);
  }

  /** How far its journal says that it is. */
  Phase phase(DiskVolume volume) throws IOException {
    return resources.phase(volume.name(), volume.folder());
  }

  /** One of them; closed by the caller before the next is opened. */
  public VolumeSession open(DiskVolume volume) throws IOException {
    return VolumeSession.open(resources, volume, progress);
  }

  /** The root's, opened when it is first asked for. */
  public VolumeSession root() throws IOException {
    if (root.isEmpty()) {
      root = Option.some(open(resources.root()));
      open.push(root.get());
    }
    return root.get();
  }

  /** Runs the root's machine alone, to the end or to a safe point. */
  public Ending run(Brake<Phase, Intent> brake, Witness<Phase, Intent, Outcome> witness)
      throws IOException {
    return root().run(brake, witness);
  }

  /** In the reverse of the order of opening; each is tried. */
  @Override
  public void close() throws IOException {
    IOException first = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        first = first == null ? e : first;
      } catch (Exception e) {
        first = first == null ? new IOException(e) : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
