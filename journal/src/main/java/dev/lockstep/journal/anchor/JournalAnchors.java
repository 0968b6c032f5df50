package dev.lockstep.journal.anchor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.journal.record.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
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

  private JournalAnchors() {}

  /**
   * Reads a LUKS2 device, a file with its header, or a whole disk: then every LUKS2 partition on
   * it.
   *
   * @return at least one
   * @throws IOException if there is none, or what is there can't be read; the message says which
   */
  public static Set<Sha256> read(Path device) throws IOException {
    Set<Sha256> anchors = new LinkedHashSet<>();
    for (JsonNode token : HeaderTokens.read(device)) {
      if (token.path("type").asText().equals(TOKEN_TYPE)) {
        anchors.add(hash(device, token.path("head").asText()));
      }
    }
    if (anchors.isEmpty()) {
      throw new IOException(
          "the LUKS2 header on %s has no token of type %s: its first boot did not get as far as anchoring the journal, or the token was removed"
              .formatted(device, TOKEN_TYPE));
    }
    return anchors;
  }

  private static Sha256 hash(Path device, String head) throws IOException {
    try {
      return Sha256.parse(head);
    } catch (IllegalArgumentException noHash) {
      throw new IOException(
          "the %s token in the LUKS2 header on %s holds no SHA-256".formatted(TOKEN_TYPE, device),
          noHash);
    }
  }
}
