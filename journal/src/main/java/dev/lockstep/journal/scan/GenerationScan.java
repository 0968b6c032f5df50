package dev.lockstep.journal.scan;

import static dev.lockstep.journal.scan.GenerationLayout.DOCUMENT_HEADER_BYTES;
import static dev.lockstep.journal.scan.GenerationLayout.FIRST_DOCUMENT;
import static dev.lockstep.journal.scan.GenerationLayout.NOT_COMPLETE;

import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.record.RecordFault;
import io.vavr.control.Either;
import java.util.ArrayList;
import java.util.List;

/**
 * The records one generation's file begins with, and how it ends. Pure: bytes in, findings out; any
 * bytes will do. The chain between the records is not looked at here.
 *
 * @param endOffset where the document behind the last of {@code records} begins
 */
record GenerationScan(List<LocatedRecord> records, int endOffset, GenerationEnd end) {
  /**
   * More records than fit into a file: bounds the work that a hostile file full of magics can
   * cause.
   */
  private static final int MAX_SALVAGE_ATTEMPTS = 4096;

  static GenerationScan of(GenerationBytes file) {
    List<LocatedRecord> records = new ArrayList<>();
    int document = FIRST_DOCUMENT;
    Either<RecordFault, EncodedRecord> next = decode(file, document);
    while (next.isRight()) {
      LocatedRecord found = locate(file, document, next.get());
      records.add(found);
      document = found.nextDocument();
      next = decode(file, document);
    }
    return new GenerationScan(
        List.copyOf(records), document, end(file, document, next.getLeft(), records));
  }

  private static GenerationEnd end(
      GenerationBytes file, int document, RecordFault fault, List<LocatedRecord> records) {
    if (records.isEmpty() ? file.isZeroFrom(FIRST_DOCUMENT) : file.isZeroFrom(document)) {
      return new GenerationEnd.Clean();
    }
    List<LocatedRecord> behind = salvage(file, document);
    boolean later = fault instanceof RecordFault.UnknownFormat format && format.isLater();
    // A later Lockstep's record may be whole, whatever its frame says: as one of ours may be.
    if (behind.isEmpty() && !later && (file.littleEndianInt(document) & NOT_COMPLETE) != 0) {
      return new GenerationEnd.NeverCompleted();
    }
    return new GenerationEnd.Invalid(fault, behind);
  }

  /**
   * Valid records behind bytes that are none, found by their magic. Whichever they are, no cut puts
   * them there: the file was all zero, and each record was durable before the next was begun.
   */
  private static List<LocatedRecord> salvage(GenerationBytes file, int from) {
    List<LocatedRecord> found = new ArrayList<>();
    int document = from;
    int attempts = 0;
    while (document < file.bytes().length && attempts < MAX_SALVAGE_ATTEMPTS) {
      if (RecordCodec.hasMagic(file.bytes(), document + DOCUMENT_HEADER_BYTES)) {
        attempts++;
        Either<RecordFault, EncodedRecord> decoded = decode(file, document);
        if (decoded.isRight()) {
          found.add(locate(file, document, decoded.get()));
          document = found.getLast().nextDocument();
          continue;
        }
      }
      document += 4;
    }
    return found;
  }

  private static Either<RecordFault, EncodedRecord> decode(GenerationBytes file, int document) {
    return RecordCodec.decode(file.bytes(), document + DOCUMENT_HEADER_BYTES);
  }

  private static LocatedRecord locate(GenerationBytes file, int document, EncodedRecord record) {
    int offset = document + DOCUMENT_HEADER_BYTES;
    int end = offset + record.lengthBytes();
    boolean framed = file.littleEndianInt(document) == record.lengthBytes();
    for (int pad = end;
        pad < Math.min(GenerationLayout.documentAfter(end), file.bytes().length);
        pad++) {
      framed &= file.bytes()[pad] == 0;
    }
    return new LocatedRecord(record, file.generation(), offset, framed);
  }
}
