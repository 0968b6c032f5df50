package dev.lockstep.journal.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.SigningFixture;
import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.chain.RunningRoot;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.chain.Tail;
import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.record.Sha256;
import dev.lockstep.statemachine.machine.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds the schema in the repository to the code, and the code to the schema. To bring the file up
 * to date run the test with {@code -Dlockstep.docs=write}.
 */
class EventSchemaTest {
  private static final Path FILE = Path.of("..", "docs", "schema", "journal-records.schema.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode payloads = EventSchema.document().path("$defs");
  private final Set<String> seen = new HashSet<>();

  @Test
  void theSchemaInTheRepositoryIsTheOneTheCodeMakes() throws Exception {
    String generated =
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(EventSchema.document()) + "\n";
    if ("write".equals(System.getProperty("lockstep.docs"))) {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, generated);
    }
    assertThat(Files.readString(FILE)).isEqualTo(generated);
  }

  @Test
  void everyRecordThatIsWrittenMatchesAndEverySchemaHasSuchARecord() throws Exception {
    everyEventMatches(Family.FIRST_BOOT);
    everyEventMatches(Family.INSTALL);
    everyEventMatches(Family.SWAP);
    matches(
        "generation-opened",
        new GenerationOpened(
                -1,
                Sha256.NONE,
                Arrays.stream(Tail.State.values()).map(state -> new Tail(3, state, 404)).toList(),
                0)
            .payload()
            .text());
    theJournalsOwnRecordsMatch();
    assertThat(seen).hasSize(payloads.size());
  }

  private void theJournalsOwnRecordsMatch() throws Exception {
    Sha256 hash = Sha256.of(new byte[0], 0, 0);
    matches(
        EventSchema.definition(GenerationOpened.TYPE, 2),
        new GenerationOpened(5, hash, List.of(), Checkpoint.MAX_PARTS).payload().text());
    JournalRecord kept = new JournalRecord(0, 5, new UUID(1, 2), 0, "t", 1, Payload.of("{}"), hash);
    EncodedRecord encoded = RecordCodec.decode(RecordCodec.encode(kept), 0).get();
    for (Payload part :
        new Checkpoint(5, encoded.hash(), hash, List.of(encoded)).payloads().orElseThrow()) {
      matches(Checkpoint.TYPE, part.text());
    }
    SignedHead head = SignedHead.by(SigningFixture.key(1), hash, new RunningRoot(5, hash));
    matches(SignedHead.TYPE, head.payload().text());
  }

  @Test
  void everyRecordOfTheGoldenJournalsMatches(@TempDir Path folder) throws Exception {
    for (Golden golden : Golden.ALL) {
      for (JournalRecord record : golden.unpack(folder.resolve(golden.name())).records()) {
        String definition = EventSchema.definition(record.type(), record.typeVersion());
        assertThat(payloads.has(definition)).as(definition).isTrue();
        assertThat(
                SchemaCheck.holds(
                    payloads.path(definition), JSON.readTree(record.payload().bytes())))
            .as("%s %d", definition, record.sequence())
            .isTrue();
      }
    }
  }

  private <I, O> void everyEventMatches(Family<I, O> family) throws Exception {
    EventCodec<I, O> codec = new EventCodec<>(family);
    for (Event<I, O> event : EventSamples.all(family)) {
      Encoded encoded = codec.encode(event);
      assertThat(encoded.version()).isEqualTo(1);
      matches(encoded.type(), encoded.json());
    }
  }

  private void matches(String type, String json) throws Exception {
    JsonNode schema = payloads.path(type);
    ObjectNode payload = (ObjectNode) JSON.readTree(json);
    assertThat(SchemaCheck.holds(schema, payload)).as("%s %s", type, json).isTrue();
    assertThat(SchemaCheck.holds(schema, payload.deepCopy().put("more", 1))).as(type).isFalse();
    for (String field : payload.properties().stream().map(java.util.Map.Entry::getKey).toList()) {
      ObjectNode less = payload.deepCopy();
      less.remove(field);
      assertThat(SchemaCheck.holds(schema, less)).as("%s without %s", type, field).isFalse();
      assertThat(SchemaCheck.holds(schema, payload.deepCopy().putNull(field)))
          .as("%s with no %s", type, field)
          .isFalse();
    }
    seen.add(type);
  }
}
