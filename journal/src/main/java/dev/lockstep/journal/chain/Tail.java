package dev.lockstep.journal.chain;

import java.util.Locale;

/**
 * How an older generation ended, as the boot that opened the next one saw it.
 *
 * @param byteOffset where the valid records end in the generation's file
 */
public record Tail(int generation, State state, int byteOffset) {
  /** The four ways a generation can end. */
  public enum State {
    /** Nothing but zeroes behind the last record. */
    CLEAN,
    /** The last append was cut; nobody was told that it was durable. */
    TORN,
    /** Valid records lie behind bytes that are none: this is no cut. */
    DAMAGED,
    /** No record at all: the boot was cut before its first one was durable. */
    EMPTY;

    String json() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
