package dev.lockstep.journal.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.chain.Tail;
import dev.lockstep.journal.record.Sha256;
import dev.lockstep.statemachine.machine.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

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
    matches(
        "generation-opened",
        new GenerationOpened(
                -1,
                Sha256.NONE,
                Arrays.stream(Tail.State.values()).map(state -> new Tail(3, state, 404)).toList(),
                0)
            .payload()
            .text());
    assertThat(seen).hasSize(payloads.size());
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
