package dev.lockstep.journal.generation;

import java.util.Objects;

/**
 * The journal can't take the record, or can't be opened. What was acknowledged before stays
 * readable.
 */
public final class JournalFailed extends Exception {
  private static final long serialVersionUID = 1L;

  /** What a caller may want to tell apart. */
  public enum Reason {
    /**
     * Nothing was written: the medium has no room for a generation, or the scratch folder none for
     * Chronicle's metadata.
     */
    NO_ROOM,
    /**
     * Nothing was written: this generation can't hold the record. The next boot's generation can.
     */
    GENERATION_FULL,
    /** Nothing was written: all numbers of generations are used up. */
    TOO_MANY_GENERATIONS,
    /** Nothing was written: another process has this scratch folder open. */
    IN_USE,
    /** Nothing was written: there is a journal already, or there is none. */
    WRONG_PLACE,
    /**
     * Nothing was written: a later Lockstep went on with it, in a format that is not known here.
     */
    LATER_FORMAT,
    /**
     * The medium refused a write, a flush or a read, or gave back other bytes. Never try again on
     * the same file.
     */
    MEDIUM,
    /** Chronicle reported a fault of its own. Never try again on the same file. */
    CHRONICLE,
    /** An earlier failure ended this writer, or it was closed. */
    ENDED
  }

  private final Reason reason;

  public JournalFailed(Reason reason, String sentence) {
    this(reason, sentence, null);
  }

  public JournalFailed(Reason reason, String sentence, Throwable cause) {
    super(sentence, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  public Reason reason() {
    return reason;
  }
}
