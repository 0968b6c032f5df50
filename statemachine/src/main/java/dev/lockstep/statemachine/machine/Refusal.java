package dev.lockstep.statemachine.machine;

import java.util.function.UnaryOperator;

/**
 * Why there is no next step, in one sentence for the operator: what, where, what to do.
 *
 * @param kind decides the exit code
 * @param code a stable short name, for journals and tests
 * @param sentence never holds a secret
 */
public record Refusal(Kind kind, String code, String sentence) {

  /** The exit codes of the command line. */
  public enum Kind {
    /** Something went wrong that running again may mend. */
    FAILED(1),
    /** Asked to stop, and did so at a safe point. */
    SAFE_POINT(10),
    /** Going on could lose data: only a person can say what is right. */
    NEEDS_PERSON(11),
    /** The TPM or the recovery key did not open what it should. */
    WRONG_KEY(12),
    /** A check before the first write said no. */
    PREFLIGHT(13),
    /** The journal contradicts itself. */
    JOURNAL(20);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    public int exitCode() {
      return exitCode;
    }
  }

  public static Refusal preflight(String code, String sentence) {
    return new Refusal(Kind.PREFLIGHT, code, sentence);
  }

  /** The same in other words. */
  public Refusal saying(UnaryOperator<String> words) {
    return new Refusal(kind, code, words.apply(sentence));
  }

  public static Refusal needsPerson(String code, String sentence) {
    return new Refusal(Kind.NEEDS_PERSON, code, sentence);
  }

  public static Refusal failed(String code, String sentence) {
    return new Refusal(Kind.FAILED, code, sentence);
  }
}
