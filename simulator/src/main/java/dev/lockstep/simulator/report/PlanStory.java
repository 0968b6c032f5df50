package dev.lockstep.simulator.report;

import dev.lockstep.journal.event.Sentences;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.explore.CutPoint;
import dev.lockstep.simulator.explore.Image;
import dev.lockstep.simulator.explore.Moment;
import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.explore.Replay;
import dev.lockstep.simulator.explore.Scenario;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.simulator.explore.Wish;
import dev.lockstep.simulator.fault.Mishap;
import dev.lockstep.simulator.mutant.Mutants;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.invariant.History;
import dev.lockstep.statemachine.invariant.Recovery;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A plan, run again and told beat by beat: every write, every flush, every record, every cut, up to
 * the first violation or the end.
 */
public final class PlanStory {

  private final Simulation simulation;
  private final Places places;
  private final List<Beat> beats = new ArrayList<>();
  private final Map<Domain, List<PendingWrite>> known = new EnumMap<>(Domain.class);
  private String phase = "nothing yet";
  private String mishap = "";
  private int boots;
  private int cuts;
  private Moment last;
  private CutPoint point;

  private PlanStory(Simulation simulation) {
    this.simulation = simulation;
    this.places = new Places(simulation.scenario().layout());
  }

  /**
   * The beats of a plan.
   *
   * @throws IllegalArgumentException with one sentence, if the plan does not fit this version
   */
  public static List<Beat> of(Plan plan) {
    Simulation simulation =
        Simulation.of(Scenario.named(plan.scenario()), Mutants.named(plan.mutant()));
    PlanStory story = new PlanStory(simulation);
    Replay.of(simulation, plan, story.new Scribe())
        .violation()
        .forEach(violation -> story.beats.add(new Beat.Violated(violation)));
    return List.copyOf(story.beats);
  }

  /** Writes down what happens. */
  private final class Scribe implements Replay.Listener {

    @Override
    public void mishap(Mishap came) {
      mishap = "; a mishap comes about: " + came;
    }

    @Override
    public void powerOn(Wish asked, Image image) {
      known.clear();
      String wish = asked.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      beats.add(new Beat.PowerOn(++boots, wish + mishap));
      mishap = "";
    }

    @Override
    public void saw(Event<Intent, Outcome> event, State<Phase, Intent> after) {
      phase = after.phase().getClass().getSimpleName();
      beats.add(new Beat.Recorded(sentence(event), phase));
    }

    @Override
    public void moment(Moment moment) {
      last = moment;
      beats.add(
          new Beat.Epoch(
              moment.ordinal(),
              moment.before(),
              runs(unheard(moment)),
              Lanes.of(simulation, moment.durable(), phase)));
    }

    @Override
    public void cut(CutPoint struck) {
      point = struck;
    }

    @Override
    public void left(History history, Image image) {
      phase = history.state().phase().getClass().getSimpleName();
      List<PendingWrite> arrived = last.kept(point.keptOf(last));
      List<PendingWrite> lost = new ArrayList<>(last.pending());
      for (int at = point.kept().size() - 1; at >= 0; at--) {
        lost.remove((int) point.kept().get(at)); // by position: the same sector may be there twice
      }
      beats.add(
          new Beat.Cut(
              ++cuts, point, runs(arrived), runs(lost), Lanes.of(simulation, image, phase)));
    }

    @Override
    public void end(Recovery recovery, Image image) {
      beats.add(new Beat.Ended(recovery, Lanes.of(simulation, image, phase)));
    }
  }

  /**
   * What was written since the moment before: pending writes of a domain only grow till its flush.
   */
  private List<PendingWrite> unheard(Moment moment) {
    List<PendingWrite> unheard = new ArrayList<>();
    for (Domain domain : Domain.values()) {
      List<PendingWrite> now =
          moment.pending().stream().filter(write -> write.domain() == domain).toList();
      List<PendingWrite> before = known.getOrDefault(domain, List.of());
      boolean grown = now.size() >= before.size() && now.subList(0, before.size()).equals(before);
      unheard.addAll(grown ? now.subList(before.size(), now.size()) : now);
      known.put(domain, now);
    }
    return unheard;
  }

  /** Neighbours in one line. */
  private List<String> runs(List<PendingWrite> writes) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int at = 1; at <= writes.size(); at++) {
      if (at == writes.size() || !follows(writes.get(at - 1), writes.get(at))) {
        lines.add(line(writes.get(from), writes.get(at - 1)));
        from = at;
      }
    }
    return lines;
  }

  private boolean follows(PendingWrite before, PendingWrite after) {
    return before.domain() == after.domain()
        && before.sector() + 1 == after.sector()
        && (before.domain() == Domain.JOURNAL || places.of(before).equals(places.of(after)));
  }

  private String line(PendingWrite first, PendingWrite last) {
    String sectors =
        first.sector() == last.sector()
            ? " sector " + first.sector()
            : " sectors " + first.sector() + " to " + last.sector();
    return first.domain().name().toLowerCase(Locale.ROOT) + sectors + ", " + places.of(first);
  }

  private static String sentence(Event<Intent, Outcome> event) {
    return switch (event) {
      case Event.BootStarted<Intent, Outcome> _ -> "a boot began";
      case Event.Intended<Intent, Outcome>(Intent intent, String because) ->
          "intends to " + Sentences.of(intent) + " [" + because + "]";
      case Event.Completed<Intent, Outcome>(Outcome outcome) -> "done: " + Sentences.of(outcome);
      case Event.Adopted<Intent, Outcome>(Outcome outcome, String because) ->
          "found done: " + Sentences.of(outcome) + " [" + because + "]";
      case Event.Stopped<Intent, Outcome>(var refusal) -> "stopped: " + refusal.sentence();
    };
  }
}
