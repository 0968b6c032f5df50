package dev.lockstep.simulator.report;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.explore.Observer;
import dev.lockstep.simulator.explore.Reached;
import dev.lockstep.simulator.real.Shard;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.invariant.Medium;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes down what one exploration covers, so that it can be shown, and put beside others. */
public final class Survey implements Observer {

  /** Told how far it is. */
  @FunctionalInterface
  public interface Meter {
    void at(long recoveries, long waiting, int cuts);
  }

  private final Shard shard;
  private final Meter meter;
  private final Reached reached = new Reached();
  private final Map<StateClass, SortedSet<String>> states = new HashMap<>();
  private final SortedMap<String, Double> bounded = new TreeMap<>();

  public Survey(Shard shard, Meter meter) {
    this.shard = shard;
    this.meter = meter;
  }

  @Override
  public boolean owns(Fingerprint state) {
    return Long.remainderUnsigned(state.high() ^ state.low(), shard.of()) == shard.number() - 1;
  }

  @Override
  public void state(Fingerprint state, Phase phase, int cuts) {
    StateClass kind = new StateClass(phase.getClass().getSimpleName(), cuts);
    states.computeIfAbsent(kind, _ -> new TreeSet<>()).add(hex(state));
  }

  @Override
  public void bounded(Fingerprint moment, double subsetsLeftOut) {
    bounded.put(hex(moment), subsetsLeftOut);
  }

  @Override
  public void progress(long recoveries, long waiting, int cuts) {
    meter.at(recoveries, waiting, cuts);
  }

  @Override
  public void saw(Event<Intent, Outcome> event, State<Phase, Intent> after) {
    reached.saw(event, after);
  }

  @Override
  public Medium looking(String invariant, Medium medium) {
    return reached.looking(invariant, medium);
  }

  /**
   * All states of a kind: the phase that their journal tells, and the fewest cuts that lead there.
   */
  record StateClass(String phase, int cuts) {}

  Map<StateClass, SortedSet<String>> states() {
    return states;
  }

  SortedMap<String, Double> bounded() {
    return bounded;
  }

  SortedSet<String> reached() {
    return reached.marks();
  }

  private static String hex(Fingerprint fingerprint) {
    return "%016x%016x".formatted(fingerprint.high(), fingerprint.low());
  }
}
