package dev.lockstep.journal.anchor;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.journal.image.ByteSource;
import dev.lockstep.journal.image.ImageFile;
import dev.lockstep.journal.image.PartitionTable;
import dev.lockstep.journal.record.Sha256;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The hashes that the first boot left in the LUKS2 header, as a token:
 *
 * <pre>
 * {"type":"lockstep-journal","keyslots":[],"head":"64 hex digits"}
 * </pre>
 */
public final class JournalAnchors {
  private static final String TOKEN_TYPE = "lockstep-journal";

  /** LUKS2 has 32 token slots. */
  private static final int MAX_TOKENS = 32;

  /** A hostile header is refused before it is unfolded. */
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxStringLength(1 << 20)
                          .maxNumberLength(32)
                          .maxNameLength(1024)
                          .maxDocumentLength(4 << 20)
                          .build())
                  .build())
          .build();

  private JournalAnchors() {}

  /**
   * Reads a LUKS2 device, a file with its header, or a whole disk: then every LUKS2 partition on
   * it.
   *
   * @return at least one
   * @throws IOException if there is none, or what is there can't be read; the message says which
   */
  public static Set<Sha256> read(Path device) throws IOException {
    try (ImageFile file = ImageFile.open(device)) {
      Set<Sha256> anchors = new LinkedHashSet<>();
      boolean anyHeader = false;
      for (ByteSource place : places(file)) {
        Option<Luks2Header> header = Luks2Header.read(place);
        anyHeader |= header.isDefined();
        for (Luks2Header found : header) {
          anchors.addAll(inTokens(device, found.json()));
        }
      }
      if (!anyHeader) {
        throw new IOException(
            device + " holds no whole LUKS2 header, so there is no anchor to check against");
      }
      if (anchors.isEmpty()) {
        throw new IOException(
            "the LUKS2 header on %s has no token of type %s: its first boot did not get as far as anchoring the journal, or the token was removed"
                .formatted(device, TOKEN_TYPE));
      }
      return anchors;
    }
  }

  /** The whole of it first: a header in a file, or a partition's device. */
  private static List<ByteSource> places(ByteSource file) {
    List<ByteSource> places = new ArrayList<>(List.of(file));
    places.addAll(PartitionTable.read(file));
    return places;
  }

  private static Set<Sha256> inTokens(Path device, String json) throws IOException {
    Set<Sha256> anchors = new LinkedHashSet<>();
    try {
      JsonNode tokens = JSON.readTree(json).path("tokens");
      if (tokens.size() > MAX_TOKENS) {
        throw new IOException("the LUKS2 header on " + device + " has more tokens than LUKS2 has");
      }
      for (JsonNode token : tokens) {
        if (token.path("type").asText().equals(TOKEN_TYPE)) {
          anchors.add(Sha256.parse(token.path("head").asText()));
        }
      }
      return anchors;
    } catch (JacksonException noJson) {
      throw new IOException("the LUKS2 header on " + device + " holds no readable JSON", noJson);
    } catch (IllegalArgumentException noHash) {
      throw new IOException(
          "the %s token in the LUKS2 header on %s holds no SHA-256".formatted(TOKEN_TYPE, device),
          noHash);
    }
  }
}
