package dev.lockstep.journal.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.record.JournalRecord;
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
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A journal that was written once and is never changed, in the test resources: its generations'
 * files, packed, and decoded.txt, what its records mean.
 */
record Golden(String name, List<Integer> generations) {
  static final Golden FORMAT_1 = new Golden("format-1", List.of(0, 1));
  static final Golden FORMAT_1_SIGNED = new Golden("format-1-signed", List.of(2, 3, 4));

  /** Each with the events that came after all before it. */
  static final List<Golden> LATER =
      List.of(
          new Golden("format-1-undo", List.of(0)),
          new Golden("format-1-take-over", List.of(0)),
          new Golden("format-1-volumes", List.of(0)),
          new Golden("format-1-rest", List.of(0)),
          new Golden("format-1-new-tpm", List.of(0)));

  static final List<Golden> ALL =
      Stream.concat(Stream.of(FORMAT_1, FORMAT_1_SIGNED), LATER.stream()).toList();

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether what is missing is to be made. */
  static boolean isToBeWritten() {
    return "write".equals(System.getProperty("lockstep.golden"));
  }

  Path resources() {
    return Path.of("src", "test", "resources", "golden", name);
  }

  Scan unpack(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int generation : generations) {
      String file = GenerationLayout.fileName(generation);
      try (InputStream packed = Files.newInputStream(resources().resolve(file + ".gz"));
          InputStream bytes = new GZIPInputStream(packed)) {
        Files.copy(bytes, folder.resolve(file));
      }
    }
    return JournalReader.read(folder);
  }

  void pack(Path directory) throws IOException {
    Files.createDirectories(resources());
    for (int generation : generations) {
      String file = GenerationLayout.fileName(generation);
      try (OutputStream out = Files.newOutputStream(resources().resolve(file + ".gz"));
          OutputStream packed = new GZIPOutputStream(out)) {
        Files.copy(directory.resolve(file), packed);
      }
    }
  }

  /** Holds what the records mean in today's words against what they meant. */
  void decodesAsWritten(Scan scan) throws IOException {
    List<String> told = new ArrayList<>();
    for (LocatedRecord located : scan.located()) {
      told.add(told(located.record()));
    }
    Path expected = resources().resolve("decoded.txt");
    if (isToBeWritten() && Files.notExists(expected)) {
      Files.write(expected, told, UTF_8);
    }
    assertThat(told).isEqualTo(Files.readAllLines(expected, UTF_8));
  }

  private static String told(JournalRecord record) throws IOException {
    if (GenerationOpened.isNamedBy(record)) {
      return escaped(GenerationOpened.read(record).orElseThrow().toString());
    } else if (SignedHead.isNamedBy(record)) {
      return escaped(SignedHead.read(record).orElseThrow().toString());
    } else if (Checkpoint.isNamedBy(record)) {
      JsonNode part = JSON.readTree(record.payload().bytes());
      return "Checkpoint[part=%s, parts=%s, lastSequence=%s, root=%s, records=%d]"
          .formatted(
              part.path("part"),
              part.path("parts"),
              part.path("lastSequence"),
              part.path("root").asText(),
              part.path("records").size());
    }
    Encoded encoded = new Encoded(record.type(), record.typeVersion(), record.payload().text());
    if (record.type().startsWith("swap.")) {
      return told(new EventCodec<>(Family.SWAP), encoded);
    }
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

  /** One event of every kind that there is today. */
  static <I, O> List<Encoded> samples(Family<I, O> family) {
    EventCodec<I, O> codec = new EventCodec<>(family);
    return EventSamples.all(family).stream().map(codec::encode).toList();
  }

  static <I, O> void append(Journal journal, Family<I, O> family) throws Exception {
    appendAll(journal, samples(family));
  }

  static void appendAll(Journal journal, List<Encoded> events) throws Exception {
    for (Encoded encoded : events) {
      journal.append(encoded.type(), encoded.version(), encoded.json().getBytes(UTF_8));
    }
  }

  /** Bytes behind the last record, as a cut append leaves them. */
  static void tear(Path directory) throws IOException {
    LocatedRecord last = JournalReader.read(directory).located().getLast();
    Path file = directory.resolve(GenerationLayout.fileName(last.generation()));
    try (RandomAccessFile torn = new RandomAccessFile(file.toFile(), "rw")) {
      torn.seek(last.nextDocument() + 4L);
      torn.write("LKSTPREC, and then the power went".getBytes(UTF_8));
    }
  }
}
