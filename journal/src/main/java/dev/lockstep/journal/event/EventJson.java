package dev.lockstep.journal.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.lockstep.statemachine.port.Digest;
import java.io.IOException;

/** How the machine's records look as JSON: records as objects, a digest as its digits. */
final class EventJson {

  /** A hostile payload is refused before it is unfolded. */
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(16)
          .maxStringLength(64 * 1024)
          .maxNumberLength(20)
          .maxNameLength(256)
          .maxDocumentLength(64 * 1024)
          .build();

  private EventJson() {}

  static ObjectMapper mapper() {
    SimpleModule digests =
        new SimpleModule()
            .addSerializer(new DigestWriter())
            .addDeserializer(Digest.class, new DigestReader());
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(LIMITS).build())
        .addModule(digests)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .build();
  }

  private static final class DigestWriter extends StdSerializer<Digest> {
    private static final long serialVersionUID = 1L;

    DigestWriter() {
      super(Digest.class);
    }

    @Override
    public void serialize(Digest digest, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(digest.hex());
    }
  }

  private static final class DigestReader extends StdDeserializer<Digest> {
    private static final long serialVersionUID = 1L;

    DigestReader() {
      super(Digest.class);
    }

    @Override
    public Digest deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return new Digest(in.getValueAsString(""));
    }
  }
}
