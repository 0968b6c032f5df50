package dev.lockstep.initrd.runner;

import dev.lockstep.journal.event.Family;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.loop.Loop;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Luks;
import dev.lockstep.statemachine.swap.Swap;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import dev.lockstep.statemachine.swap.SwapPhase;
import dev.lockstep.statemachine.swap.SwapPorts;
import dev.lockstep.statemachine.swap.SwapSeen;
import dev.lockstep.statemachine.swap.SwapWorld;
import java.io.IOException;
import java.util.UUID;

/** A swap partition's machine with the real world behind its ports. */
public final class SwapSession implements AutoCloseable {

  /** So long that a device is busy, so short that a stop is not waited for. */
  private static final int STEP_BYTES = 64 << 20;

  private final Swap machine = new Swap();
  private final SwapVolume volume;
  private final UUID bootId;
  private final JournalEvents<SwapIntent, SwapOutcome> journal;
  private final SwapPorts ports;

  private SwapSession(RunResources resources, SwapVolume volume, Luks.Progress progress)
      throws IOException {
    this.volume = volume;
    this.bootId = resources.bootId();
    this.journal = resources.journal(volume.name(), volume.folder(), Family.SWAP, machine);
    DiskPartitions.Place place = volume.partition().place();
    this.ports =
        new SwapPorts(
            volume.place(resources.disk().partitions().diskId()),
            resources.disk().bytesOf(place),
            new StagedSwap(
                volume, ForeignLines.on(resources.disk().path(), volume.partition()), resources),
            progress,
            STEP_BYTES,
            resources.request().policy().goal(),
            resources.request().policy().bootsWithoutProgress());
  }

  static SwapSession open(RunResources resources, SwapVolume volume, Luks.Progress progress)
      throws IOException {
    return new SwapSession(resources, volume, progress);
  }

  /** Runs to the end or to a safe point. */
  public Ending run(
      Brake<SwapPhase, SwapIntent> brake, Witness<SwapPhase, SwapIntent, SwapOutcome> witness)
      throws IOException {
    return new Loop<>(
            machine,
            new SwapWorld(ports),
            journal,
            brake,
            witness,
            new Event.BootStarted<>(bootId, VolumeSession.RUNNER_VERSION))
        .run();
  }

  public SwapVolume volume() {
    return volume;
  }

  public Swap machine() {
    return machine;
  }

  /** The fold of the journal as it lies. */
  public State<SwapPhase, SwapIntent> state() throws IOException {
    return machine.replay(journal.past());
  }

  /** Reads, never writes. */
  public SwapSeen observe(State<SwapPhase, SwapIntent> state, Goal goal) throws IOException {
    return new SwapWorld(ports).observe(state).asking(goal);
  }

  /** With the goal of this run. */
  public SwapSeen observe(State<SwapPhase, SwapIntent> state) throws IOException {
    return observe(state, ports.goal());
  }

  @Override
  public void close() {
    journal.close();
  }
}
