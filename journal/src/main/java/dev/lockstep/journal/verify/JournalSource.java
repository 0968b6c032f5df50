package dev.lockstep.journal.verify;

import dev.lockstep.journal.image.ImageJournal;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.RecordSink;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.scan.ScanSummary;
import dev.lockstep.journal.scan.SignedHeads;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A journal wherever it lies: in a folder, or on a disk or disk image. */
public final class JournalSource {
  /** The kinds of file in {@code st_mode}, see inode(7). */
  private static final int FILE_KIND = 0170000;

  private static final int BLOCK_DEVICE = 0060000;

  private JournalSource() {}

  /**
   * Reads it, with one generation in memory at a time; writes nothing.
   *
   * @throws IOException if it can't be read, or is none; a journal that is damaged is no exception
   */
  public static Verification verify(Path journal) throws IOException {
    return verify(journal, RecordSink.NONE);
  }

  /** The same; {@code witness} sees every record, too. */
  public static Verification verify(Path journal, RecordSink witness) throws IOException {
    Tally tally = new Tally();
    SignedHeads.Reading signed = new SignedHeads.Reading();
    ScanSummary summary = scan(journal, tally.and(signed).and(witness));
    return new Verification(summary, tally, signed.result());
  }

  private static ScanSummary scan(Path journal, RecordSink sink) throws IOException {
    ScanSummary summary =
        Files.isDirectory(journal)
            ? JournalReader.scan(journal, sink, Verification.MAX_FINDINGS)
            : ImageJournal.scan(plain(journal), sink, Verification.MAX_FINDINGS);
    if (summary.lastGeneration() < 0) {
      throw new FileSystemException(
          journal.toString(), null, "there is no journal in it (no genNNN.cq4)");
    }
    return summary;
  }

  /**
   * Reads it whole; writes nothing.
   *
   * @throws IOException if it can't be read; one that is damaged, or has no record, is no exception
   */
  public static Scan read(Path journal) throws IOException {
    return Files.isDirectory(journal)
        ? JournalReader.read(journal)
        : ImageJournal.read(plain(journal));
  }

  /** A pipe under an image's name would be waited for without end. */
  private static Path plain(Path image) throws IOException {
    if (!Files.isRegularFile(image) && !isBlockDevice(image)) {
      throw new FileSystemException(
          image.toString(), null, "it is neither a folder, nor a disk, nor a disk image");
    }
    return image;
  }

  private static boolean isBlockDevice(Path path) throws IOException {
    return Files.getAttribute(path, "unix:mode") instanceof Integer mode
        && (mode & FILE_KIND) == BLOCK_DEVICE;
  }
}
