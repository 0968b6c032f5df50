package dev.lockstep.journal.verify;

import dev.lockstep.journal.chain.SignedHead;

/** Whether a journal still holds the history that a statement, kept from earlier, signs. */
public sealed interface StatementCheck {

  /** A stable word for scripts. */
  String state();

  boolean isHeld();

  /** One sentence for a person. */
  String sentence();

  /**
   * The record is there with its hash.
   *
   * @param recordsBehind records after it, which this statement says nothing about
   */
  record Held(SignedHead kept, long recordsBehind) implements StatementCheck {
    @Override
    public String state() {
      return "held";
    }

    @Override
    public boolean isHeld() {
      return true;
    }

    @Override
    public String sentence() {
      return "the statement holds: record %d is there, as it was signed; the statement says nothing about the %d records behind it"
          .formatted(kept.sequence(), recordsBehind);
    }
  }

  /** A checkpoint stands for the record, and the same key signed what came later. */
  record Folded(SignedHead kept, SignedHead later) implements StatementCheck {
    @Override
    public String state() {
      return "folded";
    }

    @Override
    public boolean isHeld() {
      return true;
    }

    @Override
    public String sentence() {
      return "record %d was folded into the checkpoint, and the same key has signed up to record %d since; whether it is the same record %d can't be told without the older generations"
          .formatted(kept.sequence(), later.sequence(), kept.sequence());
    }
  }

  /** A checkpoint claims to stand for the record, and nothing of the key's vouches for that. */
  record FoldedUnsigned(SignedHead kept) implements StatementCheck {
    @Override
    public String state() {
      return "folded-unsigned";
    }

    @Override
    public boolean isHeld() {
      return false;
    }

    @Override
    public String sentence() {
      return "the statement does not hold: record %d was folded into the checkpoint, which keeps the last signed head of each key, and none by key %s from there on is left"
          .formatted(kept.sequence(), kept.publicKey().abbreviated());
    }
  }

  /** The journal ends before the record. */
  record TakenOff(SignedHead kept, long records) implements StatementCheck {
    @Override
    public String state() {
      return "taken-off";
    }

    @Override
    public boolean isHeld() {
      return false;
    }

    @Override
    public String sentence() {
      return "the statement does not hold: %d records were taken off; the journal was signed up to record %d"
          .formatted(records, kept.sequence());
    }
  }

  /** Another record has its number, or another history leads to it. */
  record Rewritten(SignedHead kept) implements StatementCheck {
    @Override
    public String state() {
      return "rewritten";
    }

    @Override
    public boolean isHeld() {
      return false;
    }

    @Override
    public String sentence() {
      return "the statement does not hold: record %d is another one than was signed, so the journal was rewritten, or is another disk's"
          .formatted(kept.sequence());
    }
  }
}
