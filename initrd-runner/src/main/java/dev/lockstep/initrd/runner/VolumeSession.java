package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.handover.RecoveryKeyHandover;
import dev.lockstep.journal.event.Family;
import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.FirstBoot;
import dev.lockstep.statemachine.firstboot.FirstBootWorld;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Observation;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.Ports;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.loop.Loop;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.machine.Decision;
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
import java.util.UUID;

/** One volume's machine with the real world behind its ports: its journal, its keys, its bytes. */
public final class VolumeSession implements AutoCloseable {

  /** Told in the journal with every boot. */
  static final String RUNNER_VERSION = "0.1.0";

  private final FirstBoot machine = new FirstBoot();
  private final DiskVolume volume;
  private final UUID bootId;
  private final JournalEvents<Intent, Outcome> journal;
  private final HeaderLook headerLook;
  private final RecoveryKeyHandover handover;
  private final TpmKeys keys;
  private final MountedRootConfiguration root;
  private final FirstBootWorld world;

  private VolumeSession(RunResources resources, DiskVolume volume, Luks.Progress progress)
      throws IOException {
    this.volume = volume;
    this.bootId = resources.bootId();
    PartitionBytes bytes = resources.bytesOf(volume);
    this.journal = resources.journal(volume.name(), volume.folder(), Family.FIRST_BOOT, machine);
    this.headerLook = new HeaderLook(bytes);
    this.handover = new VolumeHandover(resources).of(volume);
    this.keys =
        new TpmKeys(
            resources.tpm(),
            handover,
            resources.request().keyFile(),
            resources.request().operatorKeys());
    journal.signWith(keys::headSigner);
    var boot = resources.boot(volume);
    LibcryptsetupLuks luks = new LibcryptsetupLuks(bytes, boot, resources.scratch(), keys);
    Growth growth =
        resources.request().growHere()
            ? new OpenedVolumeGrowth(
                bytes, boot, resources.scratch(), keys, luks, volume.deferredGrowth())
            : volume.deferredGrowth();
    this.root =
        new MountedRootConfiguration(
            resources.mountedRoot(), volume.staging(resources.disk().path(), bytes));
    Ports ports =
        new Ports(
            journal,
            bytes::window,
            boot,
            luks,
            keys,
            root,
            growth,
            new SystemSurroundings(
                resources.disk().partitions().diskId(),
                volume.partition().place(),
                resources.mountedBoot(),
                resources.tpm()),
            UUID::randomUUID,
            progress);
    this.world =
        new FirstBootWorld(
            resources.request().policy().with(volume.role()), ports, new Effects(ports));
  }

  /**
   * Opens what belongs to this volume alone.
   *
   * @param progress told while data is converted
   */
  static VolumeSession open(RunResources resources, DiskVolume volume, Luks.Progress progress)
      throws IOException {
    return new VolumeSession(resources, volume, progress);
  }

  /** Whether the volume takes a recovery key already, so that none has to be handed over. */
  public boolean hasRecoverySlot() throws IOException {
    return headerLook
        .header()
        .exists(found -> HeaderSlots.of(found).slots().contains(Slot.RECOVERY));
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

  /** Which volume. */
  public DiskVolume volume() {
    return volume;
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

  /** What it would do next, or why nothing. */
  Either<Refusal, Decision<Intent, Outcome>> decision() throws IOException {
    State<Phase, Intent> state = state();
    return machine.decide(state, observe(state));
  }

  /** Why the root can't be told of this volume; asked while the root is in the clear. */
  Option<String> stagingObjection() throws IOException {
    return root.objection();
  }

  /** Reads, never writes. */
  public Observation observe(State<Phase, Intent> state) throws IOException {
    return world.observe(state);
  }

  @Override
  public void close() {
    keys.close();
    journal.close();
  }
}
