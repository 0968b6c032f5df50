package dev.lockstep.initrd.tpm;

import io.vavr.control.Either;
import java.io.IOException;
import java.time.Duration;
import java.util.SortedMap;

/**
 * The TPM's dictionary-attack state (TPM 2.0 Library, part 2, 6.13 TPM_PT).
 *
 * @param failedTries failed authorisations, and disorderly shutdowns after a protected use
 * @param maxTries failedTries at which the TPM locks
 * @param healInterval time that takes one try off the counter; zero means never locks
 * @param lockoutRecovery time after a failed use of the lockout authorisation before the next
 * @param locked locked now
 */
public record Lockout(
    long failedTries,
    long maxTries,
    Duration healInterval,
    Duration lockoutRecovery,
    boolean locked) {
  private static final int PERMANENT = 0x200;
  private static final int IN_LOCKOUT = 1 << 9;
  private static final int COUNTER = 0x20E;
  static final int MAX_TRIES = 0x20F;
  private static final int INTERVAL = 0x210;
  private static final int RECOVERY = 0x211;

  /** With so few left no run asks; of a TPM that has hardly more, one power cut may cost one. */
  private static final int RESERVE = 3;

  /** Asks the TPM; uses up no try. */
  public static Either<TpmFailure, Lockout> read(Tpm tpm) {
    return read(tpm::transmit);
  }

  static Either<TpmFailure, Lockout> read(TpmTransport transport) {
    try {
      SortedMap<Integer, Integer> properties =
          new TpmCommands(transport).properties(PERMANENT, RECOVERY - PERMANENT + 1);
      return Either.right(
          new Lockout(
              unsigned(properties, COUNTER),
              unsigned(properties, MAX_TRIES),
              Duration.ofSeconds(unsigned(properties, INTERVAL)),
              Duration.ofSeconds(unsigned(properties, RECOVERY)),
              (unsigned(properties, PERMANENT) & IN_LOCKOUT) != 0));
    } catch (IOException failed) {
      return Either.left(
          new TpmFailure.Failed(
              "The TPM's lockout counter can't be read: " + failed.getMessage(), ""));
    }
  }

  /** How many more failures the TPM takes before it locks. */
  public long triesLeft() {
    return locked ? 0 : Math.max(0, maxTries - failedTries);
  }

  /**
   * Whether only the reserve is left, which no run may touch: a run spends two tries at most, one
   * on a wrong PIN and one on a power cut while the TPM works. A TPM that takes three in all is
   * asked with two left, or a single power cut would end its use; both mishaps in one run then lock
   * it until it has healed by one try.
   */
  public boolean isNear() {
    return triesLeft() < Math.min(RESERVE, Math.max(1, maxTries - 1));
  }

  /** What the counter says and when it says less, as one sentence. */
  public String sentence() {
    String wait =
        healInterval.isZero()
            ? "it does not go down by itself, so clear it with the lockout authorisation"
            : "it goes down by one every "
                + healInterval.toSeconds()
                + " s while the machine is on";
    return "The TPM's counter of failed tries is at %d of %d%s; %s."
        .formatted(failedTries, maxTries, locked ? ", and it is locked" : "", wait);
  }

  private static long unsigned(SortedMap<Integer, Integer> properties, int property)
      throws IOException {
    Integer value = properties.get(property);
    if (value == null) {
      throw new IOException("the TPM does not tell property 0x%x.".formatted(property));
    }
    return Integer.toUnsignedLong(value);
  }
}
