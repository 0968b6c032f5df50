package dev.lockstep.initrd.progress;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import java.io.PrintStream;

/** Tells a run's story while it happens. */
public interface Narrator {

  /** An event is durable. */
  void saw(Event<Intent, Outcome> event, State<Phase, Intent> after);

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

  /** Sentences and a progress bar. */
  static Narrator forPerson(PrintStream out) {
    return new PersonNarrator(out);
  }

  /** One JSON object a line. */
  static Narrator jsonLines(PrintStream out) {
    return new JsonNarrator(out);
  }

  static int exitCode(Ending ending) {
    return switch (ending) {
      case Ending.Finished() -> 0;
      case Ending.Stopped(var refusal) -> refusal.kind().exitCode();
    };
  }
}
