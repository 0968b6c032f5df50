package dev.lockstep.journal.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.statemachine.machine.Event;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A journal of format version 1 as it was written once, with every event there was then. It must
 * read the same for ever: a disk encrypted today is audited in ten years. The journal's files are
 * never changed; a later format gets files of its own. Only decoded.txt, what the events mean in
 * the words of today's classes, may gain a field. Where they are missing, {@code
 * -Dlockstep.golden=write} makes them.
 */
class GoldenTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "format-1");

  /** Of the journal's last record: over the chain it vouches for every byte of every record. */
  private static final String HEAD =
      "b8a8834c4aed26448f94af3e0e12c042d72b8f01cfd97e5d54a3407835611c79";

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private Scan golden() throws Exception {
    if ("write".equals(System.getProperty("lockstep.golden")) && Files.notExists(GOLDEN)) {
      write();
    }
    for (int generation = 0; generation < 2; generation++) {
      String name = GenerationLayout.fileName(generation);
      try (InputStream packed = Files.newInputStream(GOLDEN.resolve(name + ".gz"));
          InputStream file = new GZIPInputStream(packed)) {
        Files.copy(file, folder.resolve(name));
      }
    }
    return JournalReader.read(folder);
  }

  @Test
  void theJournalOfFormatOneIsSoundForEver() throws Exception {
    Scan scan = golden();
    assertThat(scan.firstDamage()).isEmpty();
    assertThat(scan.findings()).singleElement().isInstanceOf(Finding.TornTail.class);
    assertThat(scan.head().hash()).hasToString(HEAD);
    assertThat(scan.located()).hasSize(82);
  }

  @Test
  void itsEventsDecodeToWhatTheyMeantAndEncodeToTheSameBytes() throws Exception {
    List<String> told = new ArrayList<>();
    for (LocatedRecord located : golden().located()) {
      told.add(told(located.record()));
    }
    Path expected = GOLDEN.resolve("decoded.txt");
    if ("write".equals(System.getProperty("lockstep.golden")) && Files.notExists(expected)) {
      Files.write(expected, told, UTF_8);
    }
    assertThat(told).isEqualTo(Files.readAllLines(expected, UTF_8));
  }

  @Test
  void everyEventOfTodayIsInAGoldenFile() throws Exception {
    Set<String> types = new HashSet<>();
    golden().located().forEach(located -> types.add(located.record().type()));
    EventSchema.document()
        .path("$defs")
        .fieldNames()
        .forEachRemaining(type -> assertThat(types).contains(type));
  }

  private static String told(JournalRecord record) throws IOException {
    if (GenerationOpened.isNamedBy(record)) {
      return escaped(GenerationOpened.read(record).orElseThrow().toString());
    }
    Encoded encoded = new Encoded(record.type(), record.typeVersion(), record.payload().text());
    return record.type().startsWith("install.")
        ? told(new EventCodec<>(Family.INSTALL), encoded)
        : told(new EventCodec<>(Family.FIRST_BOOT), encoded);
  }

  private static <I, O> String told(EventCodec<I, O> codec, Encoded encoded) throws IOException {
    Event<I, O> event = codec.decode(encoded).get().get();
    JsonNode again = JSON.readTree(codec.encode(event).json());
    assertThat(again).isEqualTo(JSON.readTree(encoded.json()));
    return escaped(event.toString());
  }

  private static String escaped(String text) {
    return text.replace("\n", "\\n");
  }

  /** Two boots; the first is cut while it appends, the second accounts for that. */
  private void write() throws Exception {
    Path directory = folder.resolve("written");
    Path scratch = folder.resolve("scratch");
    try (Journal journal =
        Journal.create(directory, scratch, new UUID(7, 0), () -> 1_700_000_000_000L)) {
      append(journal, Family.INSTALL);
    }
    int end = JournalReader.read(directory).located().getLast().nextDocument();
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve("gen000.cq4").toFile(), "rw")) {
      file.seek(end + 4L);
      file.write("LKSTPREC, and then the power went".getBytes(UTF_8));
    }
    try (Journal journal =
        Journal.open(directory, scratch, new UUID(7, 1), () -> 1_600_000_000_000L)) {
      append(journal, Family.FIRST_BOOT);
    }
    Files.createDirectories(GOLDEN);
    for (int generation = 0; generation < 2; generation++) {
      String name = GenerationLayout.fileName(generation);
      try (OutputStream out = Files.newOutputStream(GOLDEN.resolve(name + ".gz"));
          OutputStream packed = new GZIPOutputStream(out)) {
        Files.copy(directory.resolve(name), packed);
      }
    }
  }

  private static <I, O> void append(Journal journal, Family<I, O> family) throws Exception {
    EventCodec<I, O> codec = new EventCodec<>(family);
    for (Event<I, O> event : EventSamples.all(family)) {
      Encoded encoded = codec.encode(event);
      journal.append(encoded.type(), encoded.version(), encoded.json().getBytes(UTF_8));
    }
  }
}
