package dev.lockstep.journal.scan;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads a journal from a directory: takes no lock, writes nothing, follows no link, needs no
 * Chronicle.
 */
public final class JournalReader {
  /** A journal has some eight files; a directory with far more names is not one. */
  public static final int MAX_NAMES = 4096;

  private JournalReader() {}

  /**
   * The longest valid prefix over all generations, and all that was noticed.
   *
   * @throws IOException if {@code directory} is none or can't be listed; trouble with a file in it
   *     is a {@link Finding}
   */
  public static Scan read(Path directory) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return JournalScanner.collect(journalFiles(directory, arena));
    }
  }

  /**
   * The same, and each record goes to {@code sink} and is forgotten: one generation is in memory at
   * a time.
   *
   * @param maxFindings more are counted only
   */
  public static ScanSummary scan(Path directory, RecordSink sink, int maxFindings)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return JournalScanner.scan(journalFiles(directory, arena), sink, maxFindings);
    }
  }

  /** Whose files can be read until {@code arena} is closed. */
  private static JournalFiles journalFiles(Path directory, Arena arena) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
    MediumBuffer buffer = new MediumBuffer(directory, arena);
    List<GenerationFile> generations = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    for (Path file : list(directory)) {
      String name = String.valueOf(file.getFileName());
      OptionalInt generation = GenerationLayout.generationOf(name);
      if (generation.isEmpty()) {
        findings.add(new Finding.ForeignFile(name));
      } else if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        findings.add(new Finding.NotAPlainFile(name));
      } else {
        generations.add(new GenerationReader(file, generation.getAsInt(), buffer));
      }
    }
    return new JournalFiles(generations, findings);
  }

  /**
   * The newest generation's file, empty where there is none; links are passed by.
   *
   * @throws IOException if {@code directory} can't be listed
   */
  public static Optional<Path> newest(Path directory) throws IOException {
    return files(directory).reversed().stream().findFirst();
  }

  /**
   * All generations' files, oldest first; links are passed by.
   *
   * @throws IOException if {@code directory} can't be listed
   */
  public static List<Path> files(Path directory) throws IOException {
    return list(directory).stream()
        .filter(
            file -> GenerationLayout.generationOf(String.valueOf(file.getFileName())).isPresent())
        .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  private static List<Path> list(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        files.add(entry);
        if (files.size() > MAX_NAMES) {
          throw new IOException(
              "%s holds more than %d files: it is not a journal".formatted(directory, MAX_NAMES));
        }
      }
    }
    files.sort(
        Comparator.comparingInt(JournalReader::generationOrLast)
            .thenComparing(file -> String.valueOf(file.getFileName())));
    return files;
  }

  /** By number, as gen1000 comes before gen999 by name; foreign files come last. */
  private static int generationOrLast(Path file) {
    return GenerationLayout.generationOf(String.valueOf(file.getFileName()))
        .orElse(Integer.MAX_VALUE);
  }
}
