package dev.lockstep.simulator.real;

import java.util.List;
import java.util.Optional;

/**
 * What came of one run that was killed some times.
 *
 * @param kills the step that each hit, in words
 * @param tooLate cuts whose moment came after the end of the command
 * @param commands that it took after the last kill; 1 is what was promised
 * @param worstMillis the longest of these
 * @param strangers other TPMs that were tried in the middle of the conversion, and refused
 * @param files searched for secrets, process texts among them
 * @param cores of these, core files
 * @param fault what does not hold
 */
record KillVerdict(
    int number,
    List<String> kills,
    int tooLate,
    int commands,
    long worstMillis,
    int strangers,
    int files,
    int cores,
    Optional<Fault> fault) {

  /** What went wrong. */
  enum Kind {
    LOST,
    STUCK,
    LEAKED
  }

  /** In a sentence. */
  record Fault(Kind kind, String sentence) {}

  KillVerdict {
    kills = List.copyOf(kills);
  }

  boolean is(Kind kind) {
    return fault.filter(found -> found.kind() == kind).isPresent();
  }
}
