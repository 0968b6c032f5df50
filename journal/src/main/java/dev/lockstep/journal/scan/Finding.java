package dev.lockstep.journal.scan;

import dev.lockstep.journal.chain.Ed25519Key;
import dev.lockstep.journal.record.RecordFault;
import java.util.Optional;

/**
 * Something a reader noticed that a faultless journal does not have. Each case is a name of its
 * own; {@link #isDamage} tells a known cut, which is part of life, from what nobody can explain.
 */
public sealed interface Finding {

  /** Where: the record that is or should be there, its generation's file and the byte in it. */
  record Place(int generation, int byteOffset, long sequence) {
    @Override
    public String toString() {
      return byteOffset == LocatedRecord.IN_CHECKPOINT
          ? "record %d (kept in the checkpoint)".formatted(sequence)
          : "record %d (%s, byte %d)"
              .formatted(sequence, GenerationLayout.fileName(generation), byteOffset);
    }
  }

  /** Whether {@code journal verify} must exit 20. */
  boolean isDamage();

  /** One sentence for a person: what and where. */
  String sentence();

  /** Empty where it is about a file, not a place in one. */
  default Optional<Place> place() {
    return Optional.empty();
  }

  /** A finding at a place in a generation. */
  sealed interface Placed extends Finding {
    Place at();

    @Override
    default Optional<Place> place() {
      return Optional.of(at());
    }
  }

  /**
   * An append was cut. The next boot wrote down where the valid records end, or the append never
   * got to its end.
   */
  record TornTail(Place at) implements Placed {
    @Override
    public boolean isDamage() {
      return false;
    }

    @Override
    public String sentence() {
      return at
          + " was being written when the power went; it was never acknowledged, and is left out";
    }
  }

  /**
   * The newest generation ends in bytes that are no record, and no later boot accounts for them
   * yet.
   */
  record TornOrDamaged(Place at, RecordFault fault) implements Placed {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return at
          + " is torn or damaged: "
          + fault.sentence()
          + "; it is the last one, so a cut while it was written may explain it, and the next boot"
          + " will say so";
    }
  }

  /**
   * What was written there, a later Lockstep wrote: taken for a torn tail, its records would be
   * left out, and this one would do again what they say is done.
   */
  record LaterFormat(Place at, RecordFault.UnknownFormat fault) implements Placed {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return at + " was written by a later Lockstep: " + fault.sentence() + "; go on with that one";
    }
  }

  /** Bytes that are no record, with records known to lie behind them. */
  record Damaged(Place at, RecordFault fault, int recordsBehind) implements Placed {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return "%s is damaged: %s; %s"
          .formatted(
              at,
              fault.sentence(),
              recordsBehind == 0
                  ? "a later boot had read it"
                  : "%d valid records lie behind it in this file".formatted(recordsBehind));
    }
  }

  /** A whole record that does not name the hash of the one before it. */
  record ChainBroken(Place at) implements Placed {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return at
          + " does not name the hash of the record before it: a record was changed, or records were"
          + " left out";
    }
  }

  /** A whole record with another number than the next. */
  record SequenceGap(Place at, long found) implements Placed {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return "%s should be here, and record %d is".formatted(at, found);
    }
  }

  /** A record that was written into another generation's file. */
  record WrongGeneration(Place at, int recordGeneration) implements Placed {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return "%s says it belongs to generation %d: the file was copied or renamed"
          .formatted(at, recordGeneration);
    }
  }

  /** A generation whose first record does not say what it follows, or one opened twice. */
  record NotOpened(Place at) implements Placed {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return at
          + ": each generation begins with one record that says what it follows, and this one does"
          + " not";
    }
  }

  /** The record is whole, but Chronicle's frame around it is not. */
  record FrameDamaged(Place at) implements Placed {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return at + " is whole, but the bytes that frame it in the file were changed";
    }
  }

  /** A generation's file has another size than it was made with. */
  record WrongSize(Place at, long fileBytes) implements Placed {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return "%s has %d bytes and was made with %d; its valid records end before %s"
          .formatted(
              GenerationLayout.fileName(at.generation()),
              fileBytes,
              GenerationLayout.FILE_BYTES,
              at);
    }
  }

  /** A part of a generation's file that the medium does not give back; it was taken for zeroes. */
  record Unreadable(int generation, int byteOffset, String reason) implements Finding {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return "%s can't be read at byte %d: %s"
          .formatted(GenerationLayout.fileName(generation), byteOffset, Printable.of(reason));
    }
  }

  /** A boot that was cut before its first record was durable. */
  record EmptyGeneration(int generation) implements Finding {
    @Override
    public boolean isDamage() {
      return false;
    }

    @Override
    public String sentence() {
      return GenerationLayout.fileName(generation)
          + " holds no record: that boot was cut before its first one was durable";
    }
  }

  /** Generations that are not there, before one that is. */
  record MissingGeneration(int first, int last) implements Finding {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return first == last
          ? GenerationLayout.fileName(first) + " is missing, and a later one is there"
          : "%s to %s are missing, and a later one is there"
              .formatted(GenerationLayout.fileName(first), GenerationLayout.fileName(last));
    }
  }

  /** The journal begins with a checkpoint; the generations before it were dropped. */
  record Folded(long lastSequence, int records, Place at) implements Placed {
    @Override
    public boolean isDamage() {
      return false;
    }

    @Override
    public String sentence() {
      return "records 0 to %d were folded into the checkpoint at %s, which keeps %d of them"
          .formatted(lastSequence, at, records);
    }
  }

  /** A checkpoint that can't be relied on: the journal's beginning is lost with it. */
  record CheckpointDamaged(Place at, String reason) implements Placed {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return "the checkpoint is damaged at %s: %s".formatted(at, reason);
    }
  }

  /** A cut left a generation that the checkpoint stands for; the next boot removes it. */
  record FoldedLeftover(int generation) implements Finding {
    @Override
    public boolean isDamage() {
      return false;
    }

    @Override
    public String sentence() {
      return GenerationLayout.fileName(generation)
          + " was folded into a checkpoint, and the power went before it was removed; the next boot"
          + " removes it";
    }
  }

  /** A generation before the checkpoint tells another story. */
  record ContradictsCheckpoint(Place at) implements Placed {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return at + " contradicts the checkpoint that was made of it: one of them was changed";
    }
  }

  /** A signed head that does not sign what lies before it. */
  record WrongSignature(Place at, SignatureFault fault) implements Placed {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return "the signed head at %s is wrong: %s".formatted(at, fault.sentence());
    }
  }

  /** From here on another key signs: the keys were made anew while the disk was plain. */
  record SigningKeyChanged(Place at, Ed25519Key before, Ed25519Key now) implements Placed {
    @Override
    public boolean isDamage() {
      return false;
    }

    @Override
    public String sentence() {
      return "from %s on key %s signs, before it was %s"
          .formatted(at, now.abbreviated(), before.abbreviated());
    }
  }

  /** The auditor named the keys that may have signed last, and none of them did. */
  record OtherSigner(Optional<Ed25519Key> found) implements Finding {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return found
          .map(key -> "the last signed head is by key %s, which was not asked for".formatted(key))
          .orElse("no signed head is in this journal, and one by the key asked for should be");
    }
  }

  /** No record in any generation. */
  record NoRecord() implements Finding {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return "no record in this journal: it was cut while it was made, or wiped";
    }
  }

  /** A file that is none of the journal's. It is left alone. */
  record ForeignFile(String name) implements Finding {
    @Override
    public boolean isDamage() {
      return false;
    }

    @Override
    public String sentence() {
      return Printable.of(name) + " is none of the journal's files; it was not read";
    }
  }

  /** A link, a folder or a device under a generation's name. It is never followed. */
  record NotAPlainFile(String name) implements Finding {
    @Override
    public boolean isDamage() {
      return true;
    }

    @Override
    public String sentence() {
      return Printable.of(name)
          + " is a link, a folder or a device, not a plain file; it was not followed";
    }
  }
}
