package dev.lockstep.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.generation.JournalFailed;
import dev.lockstep.journal.scan.GenerationBytes;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalScanner;
import dev.lockstep.journal.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Real journals, written through Chronicle onto a real filesystem, and their bytes to damage. */
public final class JournalFixture {
  private JournalFixture() {}

  /** One boot a number; each boot appends that many records behind its generation-opened one. */
  public static Path write(Path folder, int... recordsOfBoot) throws JournalFailed {
    Path directory = folder.resolve("journal");
    Path scratch = folder.resolve("scratch");
    Random random = new Random(42);
    for (int boot = 0; boot < recordsOfBoot.length; boot++) {
      UUID bootId = new UUID(7, boot);
      try (Journal journal =
          boot == 0
              ? Journal.create(directory, scratch, bootId, () -> 1_700_000_000_000L)
              : Journal.open(directory, scratch, bootId, () -> 1_700_000_000_000L)) {
        for (int record = 0; record < recordsOfBoot[boot]; record++) {
          append(journal, random.nextInt(300));
        }
      }
    }
    return directory;
  }

  /** A record whose payload has about {@code length} bytes. */
  public static void append(Journal journal, int length) throws JournalFailed {
    String json = "{\"step\":\"%s\"}".formatted("s".repeat(length));
    journal.append("test-step", 1, json.getBytes(UTF_8));
  }

  /** The bytes of all generations of {@code directory}. */
  public static List<byte[]> bytes(Path directory) throws IOException {
    List<byte[]> files = new ArrayList<>();
    while (Files.exists(directory.resolve(GenerationLayout.fileName(files.size())))) {
      files.add(Files.readAllBytes(directory.resolve(GenerationLayout.fileName(files.size()))));
    }
    return files;
  }

  /** What a reader makes of such files. */
  public static Scan scan(List<byte[]> files) {
    List<GenerationBytes> generations = new ArrayList<>();
    for (byte[] file : files) {
      generations.add(new GenerationBytes(generations.size(), file, file.length));
    }
    return JournalScanner.scan(generations, List.of());
  }

  /** {@code files}, with another one at {@code generation}. */
  public static List<byte[]> with(List<byte[]> files, int generation, byte[] other) {
    List<byte[]> changed = new ArrayList<>(files);
    changed.set(generation, other);
    return changed;
  }
}
