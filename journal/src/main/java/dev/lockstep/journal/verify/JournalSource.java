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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A journal wherever it lies: in a folder, or on a disk or disk image. */
public final class JournalSource {
  /** The kinds of file in {@code st_mode}, see inode(7). */
  private static final int FILE_KIND = 0170000;

  private static final int BLOCK_DEVICE = 0060000;

  /** Beside the root's journal. */
  private static final String VOLUMES = "volumes";

  private static final String JOURNAL = "journal";

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
    return verify(journal, Optional.empty(), witness);
  }

  /**
   * The same.
   *
   * @param volume whose journal it is, beside that of the root
   */
  public static Verification verify(Path journal, Optional<String> volume, RecordSink witness)
      throws IOException {
    Tally tally = new Tally();
    SignedHeads.Reading signed = new SignedHeads.Reading();
    ScanSummary summary = scan(journal, volume, tally.and(signed).and(witness));
    return new Verification(summary, tally, signed.result());
  }

  private static ScanSummary scan(Path journal, Optional<String> volume, RecordSink sink)
      throws IOException {
    ScanSummary summary =
        Files.isDirectory(journal)
            ? JournalReader.scan(folder(journal, volume), sink, Verification.MAX_FINDINGS)
            : ImageJournal.scan(plain(journal), volume, sink, Verification.MAX_FINDINGS);
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
    return read(journal, Optional.empty());
  }

  /**
   * The same.
   *
   * @param volume whose journal it is, beside that of the root
   */
  public static Scan read(Path journal, Optional<String> volume) throws IOException {
    return Files.isDirectory(journal)
        ? JournalReader.read(folder(journal, volume))
        : ImageJournal.read(plain(journal), volume);
  }

  /** The further volumes whose journals lie beside this one, which must be read by their names. */
  public static List<String> volumes(Path journal) throws IOException {
    if (!Files.isDirectory(journal)) {
      return ImageJournal.volumes(plain(journal));
    }
    Path all = journal.toAbsolutePath().resolveSibling(VOLUMES);
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (Stream<Path> volumes = Files.list(all)) {
      return volumes
          .filter(volume -> Files.isDirectory(volume.resolve(JOURNAL)))
          .map(volume -> volume.getFileName().toString())
          .filter(ImageJournal::isVolume)
          .sorted()
          .toList();
    }
  }

  private static Path folder(Path journal, Optional<String> volume) {
    return volume
        .map(
            name -> journal.toAbsolutePath().resolveSibling(VOLUMES).resolve(name).resolve(JOURNAL))
        .orElse(journal);
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
