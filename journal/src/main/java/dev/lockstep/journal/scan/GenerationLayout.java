package dev.lockstep.journal.scan;

import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.RecordCodec;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file of one generation, {@code gen000.cq4} to {@code gen999.cq4} and on to {@code
 * gen9999999.cq4}: a Chronicle Queue file of one fixed size.
 *
 * <pre>
 *   0            400   404                                 524288          655360
 *   +------------+-----+--------+-----+-----+--------+-----+---------------+
 *   | Chronicle's| doc | record | pad | doc | record | ... | never written |
 *   | header     | 4 B |        | 0-3 | 4 B |        |     | (zero)        |
 *   +------------+-----+--------+-----+-----+--------+-----+---------------+
 * </pre>
 *
 * "doc" is Chronicle's document header, little endian: the record's length, with bit 31 set while
 * it is being written. Both it and Chronicle's header are redundant: a reader finds the first
 * record at byte 404 and each further one 4 bytes behind the aligned end of the one before. No
 * index and no length of Chronicle's is ever trusted.
 */
public final class GenerationLayout {
  /** Where Chronicle Queue 2026.4 puts the first document, with the indexes the writer asks for. */
  public static final int FIRST_DOCUMENT = 400;

  public static final int DOCUMENT_HEADER_BYTES = Integer.BYTES;

  /**
   * Chronicle's block: one mapping holds all records, so it never grows a file, and never meets a
   * full disk.
   */
  public static final int BLOCK_BYTES = 512 * 1024;

  /** Block and Chronicle's overlap of a quarter. */
  public static final int FILE_BYTES = BLOCK_BYTES + BLOCK_BYTES / 4;

  /** Set in a document header until the document is complete. */
  public static final int NOT_COMPLETE = 0x8000_0000;

  private static final Pattern NAME = Pattern.compile("gen(\\d{3}|[1-9]\\d{3,6})\\.cq4");

  private GenerationLayout() {}

  public static String fileName(int generation) {
    if (generation < 0 || generation > JournalRecord.MAX_GENERATION) {
      throw new IllegalArgumentException(
          "generation 0 to %d, not ".formatted(JournalRecord.MAX_GENERATION) + generation);
    }
    return "gen%03d.cq4".formatted(generation);
  }

  /** The generation a file's name tells, empty for other files. */
  public static OptionalInt generationOf(String fileName) {
    Matcher matcher = NAME.matcher(fileName);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  /** Where the document behind a record that ends at {@code recordEnd} begins. */
  public static int documentAfter(int recordEnd) {
    return (recordEnd + 3) & ~3;
  }

  /**
   * Whether a record of {@code lengthBytes} fits into a generation whose next document begins at
   * {@code document}.
   */
  public static boolean fits(int document, int lengthBytes) {
    return lengthBytes <= RecordCodec.MAX_BYTES
        && documentAfter(document + DOCUMENT_HEADER_BYTES + lengthBytes) + DOCUMENT_HEADER_BYTES
            <= BLOCK_BYTES;
  }
}
