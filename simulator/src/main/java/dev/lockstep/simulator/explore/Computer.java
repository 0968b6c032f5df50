package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.Luck;
import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.esp.ModelBootPartition;
import dev.lockstep.simulator.explore.Scenario.Trait;
import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.simulator.journal.ModelJournal;
import dev.lockstep.simulator.journal.Release;
import dev.lockstep.simulator.luks.LuksHeader;
import dev.lockstep.simulator.luks.ModelGrowth;
import dev.lockstep.simulator.luks.ModelLuks;
import dev.lockstep.simulator.luks.ModelRoot;
import dev.lockstep.simulator.luks.ModelVolume;
import dev.lockstep.simulator.luks.VolumeReading;
import dev.lockstep.simulator.mutant.Mutant.Wiring;
import dev.lockstep.simulator.tpm.ModelKeys;
import dev.lockstep.simulator.tpm.ModelTpm;
import dev.lockstep.simulator.tpm.Names;
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
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One boot of the modelled machine: fresh memory, the disks as the last one left them, and on them
 * the first boot's own loop, decider and effects.
 */
final class Computer {

  private static final String VERSION = "model";

  private final Simulation simulation;
  private final ModelDisk root;
  private final ModelDisk boot;
  private final ModelDisk journalDisk;
  private final ModelTpm tpm;
  private final ModelKeys keys;
  private final ModelLuks luks;
  private final ModelJournal journal;
  private final Loop<Phase, Intent, Outcome, Observation> loop;
  private final Consumer<Moment> moments;
  private JournalReading reading;
  private int ordinal;
  private final boolean earlier;

  /** A person may have been there. */
  private DiskImage found(Image image) {
    return simulation.scenario().found(image.root(), reading.state().phase());
  }

  /**
   * Switches the machine on.
   *
   * @param firstOrdinal of the moments that come
   * @param luck with the disks
   */
  Computer(
      Simulation simulation,
      Wish wish,
      Image image,
      JournalReading reading,
      int firstOrdinal,
      Luck luck,
      Consumer<Moment> moments,
      Witness<Phase, Intent, Outcome> witness) {
    Power power = this::moment;
    Release release = simulation.release(wish);
    this.earlier = wish.earlier().isDefined();
    this.simulation = simulation;
    this.moments = moments;
    this.reading = reading;
    this.ordinal = firstOrdinal;
    this.root = new ModelDisk(Domain.ROOT, found(image), power, luck);
    this.boot = new ModelDisk(Domain.BOOT, image.boot(), power, luck);
    this.journalDisk = new ModelDisk(Domain.JOURNAL, image.journal(), power, luck);
    this.tpm =
        new ModelTpm(
            simulation.scenario().measured(),
            image.offDisk(),
            power,
            simulation.scenario().has(Trait.CUTS_COST_TRIES));
    Names names = new Names(this::namesInUse);
    this.keys =
        new ModelKeys(
            tpm,
            names,
            simulation.registry(),
            power,
            () ->
                new VolumeReading(simulation.scenario().layout(), root::sector)
                    .header()
                    .map(LuksHeader::number),
            simulation.scenario().given(),
            simulation.scenario().has(Trait.UPGRADED) && release.knowsTpm());
    this.luks = new ModelLuks(simulation.scenario().layout(), root, keys);
    this.journal = new ModelJournal(release, simulation.journal(), journalDisk, reading);
    Wiring wiring = simulation.mutant().wiring().apply(ports(names));
    this.loop =
        new Loop<>(
            simulation.mutant().machine().apply(new FirstBoot()),
            new FirstBootWorld(
                simulation.scenario().policy().with(wish.goal()), wiring.ports(), wiring.effects()),
            wiring.ports().journal(),
            Brake.never(),
            witness,
            new Event.BootStarted<>(journal.bootId(), VERSION));
  }

  private Ports ports(Names names) {
    Scenario scenario = simulation.scenario();
    ModelBootPartition bootPartition = new ModelBootPartition(boot);
    return new Ports(
        journal,
        windowBytes -> new ModelVolume(root, windowBytes),
        bootPartition,
        luks,
        keys,
        new ModelRoot(scenario.layout(), root),
        scenario.has(Trait.OPENS_VOLUME)
            ? new ModelGrowth(scenario.layout(), root, bootPartition, keys, luks)
            : () -> "left to the machine's own boot",
        () -> scenario.facts(tpm.offDisk()),
        () -> Names.uuid(names.freshHeader()),
        (_, _) -> true);
  }

  /**
   * How a boot ended.
   *
   * @param complete with nothing left to do
   * @param undone with the plain disk back
   * @param refused because what was asked for is not possible any more, or because an earlier
   *     release can't read what a later one wrote
   */
  record End(boolean complete, boolean undone, boolean refused, String words) {}

  /** Runs until there is nothing left to do, or the machine stops, or an effect fails. */
  End run() {
    if (simulation.scenario().has(Trait.BOOTS_COST_TRIES)) {
      simulation.scenario().firmware().countTry(new ModelBootPartition(boot), boot.durable());
    }
    try {
      return switch (loop.run()) {
        case Ending.Finished() -> end("", "everything done");
        case Ending.Stopped(var refusal) -> {
          if (tpm.offDisk().isNearLockout()) {
            tpm.recover(); // who reads the sentence leaves the machine on
          }
          yield end(refusal.code(), refusal.code() + ": " + refusal.sentence());
        }
      };
    } catch (IOException | UncheckedIOException failed) {
      boolean refused = earlier && journal.refusesPast();
      return new End(false, false, refused, "failed: " + failed.getMessage());
    } finally {
      journal.close();
    }
  }

  /** Off, after a run in which something failed: what it relied upon must be there. */
  Image atRest() {
    root.flush();
    boot.flush();
    journalDisk.flush();
    moment(Moment.AT_REST);
    return durable();
  }

  private End end(String code, String words) {
    boolean undone = loop.state().phase() instanceof Phase.Undone;
    // Nothing begun, and the operator does not want it: the disk stays as it is.
    boolean untouched = code.isEmpty() && loop.state().phase() instanceof Phase.Untouched;
    boolean complete = undone || (code.isEmpty() && loop.state().phase() instanceof Phase.Complete);
    return new End(complete, undone, untouched || code.equals("TOO_LATE_TO_UNDO"), words);
  }

  /** Everything written is flushed; what is in memory is lost. */
  Image shutDown() {
    if (!pending().isEmpty()) {
      moment("the orderly shutdown");
    }
    return durable().with(pending());
  }

  int nextOrdinal() {
    return ordinal;
  }

  private void moment(String before) {
    reading = reading.extendedBy(journalDisk.durable());
    moments.accept(
        new Moment(
            ordinal++,
            before,
            durable(),
            pending(),
            reading,
            journal.acknowledged(),
            journal.inFlight(),
            journal.appending(),
            loop.state(),
            keys.fingerprint()
                .then(luks.fingerprint())
                .then(boot.unsaid())
                .then(journalDisk.unsaid())));
  }

  private Image durable() {
    return new Image(root.durable(), boot.durable(), journalDisk.durable(), tpm.offDisk());
  }

  private List<PendingWrite> pending() {
    List<PendingWrite> all = new ArrayList<>(root.pending());
    all.addAll(boot.pending());
    all.addAll(journalDisk.pending());
    return all;
  }

  private Marks namesInUse() {
    State<Phase, Intent> state = loop.state();
    return root.marks()
        .and(boot.marks())
        .and(Vouched.by(state.phase()).names(simulation.registry()))
        .and(keys.names());
  }
}
