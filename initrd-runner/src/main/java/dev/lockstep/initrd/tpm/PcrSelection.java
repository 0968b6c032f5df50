package dev.lockstep.initrd.tpm;

import io.vavr.control.Either;
import java.io.IOException;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The PCRs a policy binds to: at least one, each 0 to 23. Always told to the tools explicitly. */
public record PcrSelection(SortedSet<Integer> pcrs) {
  /** Copies, and refuses an empty or impossible selection. */
  public PcrSelection {
    pcrs = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(pcrs));
    if (pcrs.isEmpty() || pcrs.first() < 0 || pcrs.last() > 23) {
      throw new IllegalArgumentException("PCRs must be some of 0 to 23, not " + pcrs);
    }
  }

  /** From numbers. */
  public static PcrSelection of(int first, int... others) {
    TreeSet<Integer> pcrs = new TreeSet<>();
    pcrs.add(first);
    for (int pcr : others) {
      pcrs.add(pcr);
    }
    return new PcrSelection(pcrs);
  }

  /** systemd's notation, {@code 0+7}. */
  String argument() {
    return "--tpm2-pcrs=" + pcrs.stream().map(String::valueOf).collect(Collectors.joining("+"));
  }

  /**
   * Refuses when the firmware measured into none of these: systemd would then enforce no policy,
   * with a warning only, and any boot of this machine could unseal.
   */
  Either<TpmFailure, PcrSelection> requireMeasured(Tpm tpm) {
    TpmCommands commands = new TpmCommands(tpm::transmit);
    try {
      for (int pcr : pcrs) {
        if (isMeasured(commands.readPcr(pcr))) {
          return Either.right(this);
        }
      }
      return Either.left(
          new TpmFailure.Failed(
              "The firmware measured nothing into PCR "
                  + pcrs
                  + ": a seal would protect nothing."
                  + " Choose other PCRs.",
              ""));
    } catch (IOException failed) {
      return Either.left(
          new TpmFailure.Failed("The PCRs can't be read: " + failed.getMessage(), ""));
    }
  }

  private static boolean isMeasured(byte[] value) {
    int zeros = 0;
    int ones = 0;
    for (byte part : value) {
      zeros += part == 0 ? 1 : 0;
      ones += part == (byte) 0xFF ? 1 : 0;
    }
    return zeros != value.length && ones != value.length;
  }
}
