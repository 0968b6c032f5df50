package dev.lockstep.simulator.explore;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.invariant.Medium;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * What was reached, a mark each: phases, cases of the decider, stops, and the premises of the
 * invariants, which are the questions that each asked of the media and the answers it got. An
 * invariant that never got to its question has not been tried. Any number of threads may tell it.
 *
 * <pre>
 *   phase HeaderPlaced
 *   case HEADER_TORN
 *   stop TOO_LATE_TO_UNDO
 *   premise DurableKeyExists conversionKeyIsSealed=true
 * </pre>
 */
public final class Reached implements Witness<Phase, Intent, Outcome>, Lens {

  public static final String PHASE = "phase ";
  public static final String CASE = "case ";
  public static final String STOP = "stop ";
  public static final String PREMISE = "premise ";

  private final SortedSet<String> marks = new ConcurrentSkipListSet<>();

  public SortedSet<String> marks() {
    return Collections.unmodifiableSortedSet(marks);
  }

  /** Adds one of another kind. */
  public void mark(String mark) {
    marks.add(mark);
  }

  @Override
  public void saw(Event<Intent, Outcome> event, State<Phase, Intent> after) {
    marks.add(PHASE + after.phase().getClass().getSimpleName());
    switch (event) {
      case Event.Intended<Intent, Outcome>(Intent _, String because) -> marks.add(CASE + because);
      case Event.Adopted<Intent, Outcome>(Outcome _, String because) -> marks.add(CASE + because);
      case Event.Stopped<Intent, Outcome>(var refusal) -> marks.add(STOP + refusal.code());
      case Event.BootStarted<Intent, Outcome> _, Event.Completed<Intent, Outcome> _ -> {}
    }
  }

  @Override
  public Medium looking(String invariant, Medium medium) {
    return (Medium)
        Proxy.newProxyInstance(
            Medium.class.getClassLoader(),
            new Class<?>[] {Medium.class},
            (_, question, arguments) -> {
              Object answer;
              try {
                answer = question.invoke(medium, arguments);
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
              marks.add(PREMISE + invariant + " " + question.getName() + told(answer));
              return answer;
            });
  }

  /** Of answers without number (digests, whole journals) only that they were asked for. */
  private static String told(Object answer) {
    return switch (answer) {
      case Boolean said -> "=" + said;
      case Option<?> found -> found.isDefined() ? "=there" : "=missing";
      case Digest _ -> "";
      case Record kind -> "=" + kind.getClass().getSimpleName();
      default -> "";
    };
  }
}
