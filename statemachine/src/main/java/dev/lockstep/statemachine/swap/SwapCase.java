package dev.lockstep.statemachine.swap;

/** Why the decider chose a step. */
public enum SwapCase {
  NEXT_IN_ORDER("the next step in order"),
  CHECKED("it is swap, or blank"),
  CHECKED_ANEW("its swap area was made anew meanwhile"),
  CUT_BEFORE_OUTCOME("the step was begun before, and no outcome is known: it is done again"),
  USED_MEANWHILE("a system that was booted meanwhile gave it a random key"),
  UNDO_ASKED("the operator wants it as it was"),
  NOTHING_TO_RESTORE("there was no swap area on it"),
  AREA_FOUND_RESTORED("its swap area is there already"),
  ASKED_AGAIN("the operator wants it after all");

  private final String sentence;

  SwapCase(String sentence) {
    this.sentence = sentence;
  }

  /** For a reader of the journal. */
  public String sentence() {
    return sentence;
  }
}
