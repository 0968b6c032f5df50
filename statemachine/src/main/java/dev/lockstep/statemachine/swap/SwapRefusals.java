package dev.lockstep.statemachine.swap;

import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Option;

/** Why nothing is done to a swap partition, in the operator's words. */
final class SwapRefusals {

  private SwapRefusals() {}

  /** What is against beginning, with nothing written yet. */
  static Option<Refusal> objection(SwapSeen seen) {
    Option<String> content =
        switch (seen.content()) {
          case SwapContent.Area _ -> Option.none();
          case SwapContent.Blank _ ->
              Option.when(
                  !seen.typedAsSwap(),
                  "The partition is blank, and the partition table does not call it swap; run"
                      + " mkswap on it, if it is the one.");
          case SwapContent.Taken(String what) ->
              Option.some(
                  "The partition holds "
                      + what
                      + ", not swap, and is left alone; run mkswap on it, if it is the one and"
                      + " nothing on it is wanted.");
          case SwapContent.Torn _, SwapContent.Unrecognised _ ->
              Option.some(
                  "The partition holds no swap area, and is not blank, so it is left alone; run"
                      + " mkswap on it, if it is the one and nothing on it is wanted.");
        };
    return content
        .map(sentence -> Refusal.preflight("NOT_SWAP", sentence))
        .orElse(
            Option.when(
                !seen.rootIsPlain(),
                () ->
                    Refusal.preflight(
                        "ROOT_BEGUN",
                        "Nothing can be put into the root any more to use it, since the root's own"
                            + " encryption has begun; take the volume out of the policy.")))
        .orElse(seen.linesObjection().map(no -> Refusal.preflight("NOT_STAGED", no)));
  }

  static Refusal otherPartition() {
    return Refusal.needsPerson(
        "OTHER_PARTITION",
        "The partition is another than the one that was checked, or was moved or resized since."
            + " Nothing was written; move the volume's journal folder away to begin anew.");
  }

  static Refusal takenMeanwhile(String what) {
    return Refusal.needsPerson(
        "SWAP_TAKEN",
        "The partition holds "
            + what
            + " by now, though it was swap when it was checked. Nothing was written; run"
            + " mkswap on it, or take the lines out of the root's crypttab and fstab and move the"
            + " volume's journal folder away.");
  }

  static Refusal linesMissing() {
    return Refusal.needsPerson(
        "LINES_MISSING",
        "The line that gives the partition to swap is not in /etc/crypttab of the root any more, or"
            + " not the only one there for it, so what is on the partition may be somebody's."
            + " Nothing was written; put that line back, if nothing on the partition is wanted, or"
            + " take the volume out of the policy and move its journal folder away.");
  }

  static Refusal unknownContent() {
    return Refusal.needsPerson(
        "UNKNOWN_CONTENT",
        "The partition holds no swap area any more, and /etc/crypttab of the root has no line that"
            + " gives it to swap, so what is on it may be somebody's. Nothing was written; run"
            + " mkswap on it, if it is the one and nothing on it is wanted.");
  }

  static Refusal tooLate() {
    return Refusal.preflight(
        "TOO_LATE_TO_UNDO",
        "The root is not in the clear any more, and has the lines that use it. Nothing was"
            + " written.");
  }

  static Refusal rootEncryptedMeanwhile() {
    return Refusal.needsPerson(
        "TOO_LATE_TO_UNDO",
        "It was being undone, and the root is not in the clear any more. Nothing was written; take"
            + " its lines out of crypttab and fstab by hand.");
  }

  static Refusal undone() {
    return Refusal.preflight(
        "UNDONE",
        "The swap partition was given back. Nothing was written; to use it with a random key after"
            + " all, run `lockstep firstboot run --again`.");
  }

  static Refusal noProgress() {
    return Refusal.needsPerson(
        "NO_PROGRESS",
        "Too many boots in a row made no progress. Nothing was written; read the journal, then run"
            + " `lockstep firstboot run --max-boots` with a larger number to go on.");
  }

  static Refusal askedToStop() {
    return new Refusal(
        Refusal.Kind.SAFE_POINT,
        "ASKED_TO_STOP",
        "The wiping of the old swap stopped at a safe point; run the same command again to go on.");
  }

  static Refusal contradiction(String what) {
    return new Refusal(
        Refusal.Kind.JOURNAL,
        "CONTRADICTION",
        "The journal tells of steps that can't follow each other: " + what);
  }
}
