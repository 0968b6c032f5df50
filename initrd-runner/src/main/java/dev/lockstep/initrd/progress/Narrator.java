package dev.lockstep.initrd.progress;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import dev.lockstep.statemachine.swap.SwapPhase;
import io.vavr.control.Option;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Tells a run's story while it happens. */
public interface Narrator {

  /** An event is durable. */
  void saw(Event<Intent, Outcome> event, State<Phase, Intent> after);

  /** The same of a swap partition. */
  default void sawSwap(Event<SwapIntent, SwapOutcome> event, State<SwapPhase, SwapIntent> after) {}

  /** What comes now is about this volume; never told where there is but the root. */
  default void begins(String volume) {}

  /**
   * So much is converted.
   *
   * @param goOn what to answer
   * @return {@code goOn}
   */
  boolean converted(long doneBytes, long totalBytes, boolean goOn);

  /**
   * The last word.
   *
   * @return the exit code
   */
  default int ended(Ending ending) {
    return ended(ending, "the disk is encrypted");
  }

  /**
   * The last word.
   *
   * @param done what is reached if nothing stopped it
   * @return the exit code
   */
  int ended(Ending ending, String done);

  /** On standard output for programs, on standard error for a person. */
  static Narrator of(boolean json) {
    return json
        ? new Narrators(List.of(jsonLines(System.out), forErrors(System.err)))
        : forPerson(System.err);
  }

  /** Says only why it stopped. */
  private static Narrator forErrors(PrintStream err) {
    return new Narrator() {
      @Override
      public void saw(Event<Intent, Outcome> event, State<Phase, Intent> after) {}

      @Override
      public boolean converted(long doneBytes, long totalBytes, boolean goOn) {
        return goOn;
      }

      @Override
      public int ended(Ending ending, String done) {
        if (ending instanceof Ending.Stopped(var refusal)) {
          err.println("lockstep: " + refusal.sentence());
        }
        return exitCode(ending);
      }
    };
  }

  /** Sentences and a progress bar. */
  static Narrator forPerson(PrintStream out) {
    return new PersonNarrator(out);
  }

  /** One JSON object a line. */
  static Narrator jsonLines(PrintStream out) {
    return new JsonNarrator(out);
  }

  /** This one, and what else is there to be told: a descriptor, a boot splash. */
  default Narrator beside(Option<PrintStream> progress) {
    List<Narrator> all = new ArrayList<>(List.of(this));
    progress.forEach(out -> all.add(new JsonNarrator(out)));
    if (Plymouth.isRunning()) {
      all.add(new Plymouth("plymouth"));
    }
    return all.size() == 1 ? this : new Narrators(all);
  }

  static int exitCode(Ending ending) {
    return switch (ending) {
      case Ending.Finished() -> 0;
      case Ending.Stopped(var refusal) -> refusal.kind().exitCode();
    };
  }
}
