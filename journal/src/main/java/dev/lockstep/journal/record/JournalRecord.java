package dev.lockstep.journal.record;

import java.util.Objects;
import java.util.UUID;

/**
 * One entry of the journal, as its writer meant it. {@link RecordCodec} gives it bytes and its own
 * hash.
 *
 * @param generation the boot's file it lies in, 0 to {@value #MAX_GENERATION}
 * @param sequence place in the one chain over all generations, from 0
 * @param bootId the boot that wrote it
 * @param timeMillis milliseconds since 1970 by the machine's clock, which is not trusted: it may
 *     stand still or go back
 * @param type what happened: 1 to {@value #MAX_TYPE_LENGTH} characters of {@code a-z 0-9 . -}
 * @param typeVersion version of the payload's shape, from 1
 * @param previousHash hash of the record before it, {@link Sha256#NONE} for sequence 0
 */
public record JournalRecord(
    int generation,
    long sequence,
    UUID bootId,
    long timeMillis,
    String type,
    int typeVersion,
    Payload payload,
    Sha256 previousHash) {

  public static final int MAX_GENERATION = 9_999_999;
  public static final int MAX_TYPE_LENGTH = 64;

  public JournalRecord {
    Objects.requireNonNull(bootId, "bootId");
    Objects.requireNonNull(payload, "payload");
    Objects.requireNonNull(previousHash, "previousHash");
    require(
        generation >= 0 && generation <= MAX_GENERATION,
        "generation 0 to " + MAX_GENERATION,
        generation);
    require(sequence >= 0, "sequence number from 0", sequence);
    require(isType(type), "type of 1 to 64 characters a-z 0-9 . -", type);
    require(typeVersion >= 1, "type version from 1", typeVersion);
  }

  /** Whether {@code text} may name a type: {@code [a-z0-9][a-z0-9.-]{0,63}}. */
  public static boolean isType(String text) {
    boolean holds = !text.isEmpty() && text.length() <= MAX_TYPE_LENGTH && isLetterOrDigit(text, 0);
    for (int at = 1; holds && at < text.length(); at++) {
      holds = isLetterOrDigit(text, at) || text.charAt(at) == '.' || text.charAt(at) == '-';
    }
    return holds;
  }

  private static boolean isLetterOrDigit(String text, int at) {
    char character = text.charAt(at);
    return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
  }

  private static void require(boolean holds, String rule, Object found) {
    if (!holds) {
      throw new IllegalArgumentException("a record needs a " + rule + ", not " + found);
    }
  }
}
