package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.LibraryVersion;
import dev.lockstep.initrd.handover.HandoverPlan;
import dev.lockstep.initrd.handover.RecoveryKeyHandover;
import dev.lockstep.initrd.handover.RemovableMedia;
import dev.lockstep.initrd.tpm.Firmware;
import dev.lockstep.initrd.tpm.Tpm;
import dev.lockstep.initrd.tpm.TpmDevice;
import dev.lockstep.initrd.tpm.TpmFailure;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.Family;
import dev.lockstep.statemachine.boot.Trigger;
import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.FirstBoot;
import dev.lockstep.statemachine.firstboot.FirstBootWorld;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Observation;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.Policy;
import dev.lockstep.statemachine.firstboot.Ports;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.loop.Loop;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Growth;
import dev.lockstep.statemachine.port.Luks;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/** The machine of the first boot with the real world behind its ports. */
public final class FirstBootSession implements AutoCloseable {

  /** Told in the journal with every boot. */
  private static final String RUNNER_VERSION = "0.1.0";

  /**
   * What the operator asked for.
   *
   * @param handover where the recovery key goes
   * @param keyFile a key of any slot, where the TPM does not give the conversion key
   * @param operatorKeys what slots of the operator's are made of
   * @param completion what the kernel argument in the boot entry adds to it
   * @param growHere whether the filesystem may grow on the opened volume, or is left to the
   *     machine's own boot
   */
  public record Request(
      Path disk,
      TpmDevice tpm,
      HandoverPlan handover,
      Option<Path> keyFile,
      OperatorKeys operatorKeys,
      Policy policy,
      Option<Completion> completion,
      boolean growHere) {

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
      this(disk, tpm, handover, keyFile, operatorKeys, policy, completion, true);
    }

    /** Every byte of the filesystem stays as it was: its own machine's boot grows it. */
    public Request withoutGrowth() {
      return new Request(disk, tpm, handover, keyFile, operatorKeys, policy, completion, false);
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
  private final UUID bootId = UUID.randomUUID();
  private final FirstBoot machine = new FirstBoot();
  private JournalEvents<Intent, Outcome> journal;
  private FirstBootWorld world;
  private HeaderLook headerLook;
  private RecoveryKeyHandover handover;

  private FirstBootSession() {}

  /**
   * Opens disk, boot partition and TPM.
   *
   * @param progress told while data is converted
   * @return on the left why that can't be done; nothing was written
   */
  public static Either<Refusal, FirstBootSession> open(Request request, Luks.Progress progress)
      throws IOException {
    FirstBootSession session = new FirstBootSession();
    Option<Refusal> refusal;
    try {
      refusal = session.prepare(request, progress);
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

  private Option<Refusal> prepare(Request request, Luks.Progress progress) throws IOException {
    if (!Doctor.isRoot()) {
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
    assemble(whole, disk.get(), boot, scratch, tpm.get(), progress);
    return Option.none();
  }

  private void assemble(
      Request request,
      Disk disk,
      FolderBootPartition boot,
      Scratch scratch,
      Option<Tpm> tpm,
      Luks.Progress progress)
      throws IOException {
    PartitionBytes root = disk.root();
    headerLook = new HeaderLook(root);
    journal =
        new JournalEvents<>(
            boot.journal(),
            scratch.folder("chronicle"),
            bootId,
            new EventCodec<>(Family.FIRST_BOOT),
            machine,
            boot::makeWritable);
    open.push(journal);
    RemovableMedia media = new RemovableMedia(disk.path(), scratch::folder);
    open.push(media);
    handover =
        RecoveryKeyHandover.of(
            request.handover(),
            new RecoveryKeyHandover.Surroundings(
                disk.path(),
                disk.partitions().root().partitionUuid(),
                earlierTry(journal.past())::mayReplace,
                boot,
                media));
    TpmKeys keys = new TpmKeys(tpm, handover, request.keyFile(), request.operatorKeys());
    open.push(keys);
    journal.signWith(keys::headSigner);
    LibcryptsetupLuks luks = new LibcryptsetupLuks(root, boot, scratch, keys);
    Growth growth =
        request.growHere()
            ? new OpenedVolumeGrowth(root, boot, scratch, keys, luks)
            : new DeferredGrowth();
    Ports ports =
        new Ports(
            journal,
            root::window,
            boot,
            luks,
            keys,
            new MountedRootConfiguration(root, scratch),
            growth,
            new SystemSurroundings(disk.partitions(), boot, tpm),
            UUID::randomUUID,
            progress);
    world = new FirstBootWorld(request.policy(), ports, new Effects(ports));
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

  /** Runs to the end or to a safe point. */
  public Ending run(Brake<Phase, Intent> brake, Witness<Phase, Intent, Outcome> witness)
      throws IOException {
    return new Loop<>(
            machine,
            world,
            journal,
            brake,
            witness,
            new Event.BootStarted<>(bootId, RUNNER_VERSION))
        .run();
  }

  /**
   * What the journal tells of recovery keys that were handed over.
   *
   * @param begun whether it was tried at all
   * @param where the last one went, in words; nothing where the power went before that was told
   */
  private record EarlierTry(boolean begun, Option<String> where) {

    boolean mayReplace(String place) {
      return begun && where.forAll(told -> List.of(told.split(", ")).contains(place));
    }
  }

  private static EarlierTry earlierTry(List<Event<Intent, Outcome>> past) {
    EarlierTry known = new EarlierTry(false, Option.none());
    for (Event<Intent, Outcome> event : past) {
      known =
          switch (event) {
            case Event.Intended<Intent, Outcome>(Intent.HandOverRecoveryKey _, String _) ->
                new EarlierTry(true, known.where());
            case Event.Intended<Intent, Outcome>(Intent.EnrolKey(Slot slot), String _)
                when slot == Slot.RECOVERY ->
                new EarlierTry(true, known.where());
            case Event.Completed<Intent, Outcome>(Outcome.RecoveryKeyHandedOver(String how)) ->
                new EarlierTry(true, Option.some(how));
            case Event.Completed<Intent, Outcome>(Outcome.KeyEnrolled(Slot slot, String how))
                when slot == Slot.RECOVERY ->
                new EarlierTry(true, Option.some(how));
            case Event<Intent, Outcome> _ -> known;
          };
    }
    return known;
  }

  /** Whether the volume takes a recovery key already, so that none has to be handed over. */
  public boolean hasRecoverySlot() throws IOException {
    return headerLook
        .header()
        .exists(found -> HeaderSlots.of(found).slots().contains(Slot.RECOVERY));
  }

  /** Where the recovery key goes. */
  public RecoveryKeyHandover handover() {
    return handover;
  }

  public FirstBoot machine() {
    return machine;
  }

  /** The fold of the journal as it lies. */
  public State<Phase, Intent> state() throws IOException {
    return machine.replay(journal.past());
  }

  /** Reads, never writes. */
  public Observation observe(State<Phase, Intent> state) throws IOException {
    return world.observe(state);
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
