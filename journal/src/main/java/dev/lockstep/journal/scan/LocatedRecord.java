package dev.lockstep.journal.scan;

import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Sha256;

/**
 * A valid record and where it was found.
 *
 * @param generation where it lies; for a record kept in a checkpoint, where it was written
 * @param byteOffset of its first byte, in the file of {@code generation}; {@value #IN_CHECKPOINT}
 *     for a record kept in a checkpoint
 * @param framed whether Chronicle's document header before it and the padding behind it agree with
 *     it
 */
public record LocatedRecord(EncodedRecord encoded, int generation, int byteOffset, boolean framed) {
  /** In the place of an offset: the generation it was written in is gone. */
  public static final int IN_CHECKPOINT = -1;

  static LocatedRecord kept(EncodedRecord record) {
    return new LocatedRecord(record, record.record().generation(), IN_CHECKPOINT, true);
  }

  public JournalRecord record() {
    return encoded.record();
  }

  public Sha256 hash() {
    return encoded.hash();
  }

  public long sequence() {
    return record().sequence();
  }

  /** Where the document behind it begins. */
  public int nextDocument() {
    return GenerationLayout.documentAfter(byteOffset + encoded.lengthBytes());
  }
}
