package dev.lockstep.journal.anchor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.journal.chain.Ed25519Key;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The key that signs the journal, in the LUKS2 header from the moment that it is made, as a token:
 *
 * <pre>
 * {"type":"lockstep-journal-key","keyslots":[],"publicKey":"64 hex digits"}
 * </pre>
 */
public final class HeaderKeys {
  private static final String TOKEN_TYPE = "lockstep-journal-key";

  private HeaderKeys() {}

  /** The token, to be put into a header. */
  public static String token(Ed25519Key key) {
    var token = JsonNodeFactory.instance.objectNode().put("type", TOKEN_TYPE);
    token.putArray("keyslots");
    return token.put("publicKey", key.hex()).toString();
  }

  /**
   * Reads a LUKS2 device, a file with its header, or every LUKS2 partition on a whole disk.
   *
   * @return empty where no header names a key: the volume was made without one
   * @throws IOException if there is no whole header, or what is there can't be read
   */
  public static Set<Ed25519Key> read(Path device) throws IOException {
    Set<Ed25519Key> keys = new LinkedHashSet<>();
    for (JsonNode token : HeaderTokens.read(device)) {
      if (token.path("type").asText().equals(TOKEN_TYPE)) {
        keys.add(key(device, token.path("publicKey").asText()));
      }
    }
    return keys;
  }

  private static Ed25519Key key(Path device, String hex) throws IOException {
    if (!Ed25519Key.isHex(hex)) {
      throw new IOException(
          "the %s token in the LUKS2 header on %s holds no Ed25519 public key"
              .formatted(TOKEN_TYPE, device));
    }
    return new Ed25519Key(hex);
  }
}
