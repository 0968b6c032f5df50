package dev.lockstep.journal.scan;

import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Sha256;

/**
 * A valid record and where it was found.
 *
 * @param byteOffset of its first byte, in the file of {@code generation}
 * @param framed whether Chronicle's document header before it and the padding behind it agree with
 *     it
 */
public record LocatedRecord(EncodedRecord encoded, int generation, int byteOffset, boolean framed) {
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
