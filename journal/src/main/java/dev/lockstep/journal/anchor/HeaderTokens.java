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
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The tokens in the LUKS2 headers of a device, whatever their type. */
final class HeaderTokens {
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

  private HeaderTokens() {}

  /**
   * Of a LUKS2 device, of a file with its header, or of every LUKS2 partition on a whole disk.
   *
   * @throws IOException if there is no whole header, or what is there can't be read
   */
  static List<JsonNode> read(Path device) throws IOException {
    try (ImageFile file = ImageFile.open(device)) {
      List<JsonNode> tokens = new ArrayList<>();
      boolean anyHeader = false;
      for (ByteSource place : places(file)) {
        Option<Luks2Header> header = Luks2Header.read(place);
        anyHeader |= header.isDefined();
        for (Luks2Header found : header) {
          tokens.addAll(tokens(device, found.json()));
        }
      }
      if (!anyHeader) {
        throw new IOException(
            device + " holds no whole LUKS2 header, so there is no anchor to check against");
      }
      return tokens;
    }
  }

  /** The whole of it first: a header in a file, or a partition's device. */
  private static List<ByteSource> places(ByteSource file) {
    List<ByteSource> places = new ArrayList<>(List.of(file));
    places.addAll(PartitionTable.read(file));
    return places;
  }

  private static List<JsonNode> tokens(Path device, String json) throws IOException {
    try {
      JsonNode tokens = JSON.readTree(json).path("tokens");
      if (tokens.size() > MAX_TOKENS) {
        throw new IOException("the LUKS2 header on " + device + " has more tokens than LUKS2 has");
      }
      return List.copyOf(tokens.valueStream().toList());
    } catch (JacksonException noJson) {
      throw new IOException("the LUKS2 header on " + device + " holds no readable JSON", noJson);
    }
  }
}
