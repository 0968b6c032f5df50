package dev.lockstep.journal.anchor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lockstep.journal.record.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** LUKS2 headers made by hand from the specification, to be damaged in tests. */
public final class HeaderBytes {
  static final int COPY_BYTES = 16 << 10;

  private HeaderBytes() {}

  /** Both copies, with one anchor each. */
  public static byte[] anchoredTo(Sha256 head) {
    return header(anchor(head.toString()), 5, anchor(head.toString()), 5);
  }

  /** Both copies, with these tokens: a JSON object. */
  public static byte[] withTokens(String tokens) {
    String json = "{\"tokens\":" + tokens + "}";
    return header(json, 5, json, 5);
  }

  static String anchor(String head) {
    return "{\"tokens\":{\"0\":{\"type\":\"systemd-tpm2\",\"keyslots\":[\"1\"]},\"3\":{\"type\":\"lockstep-journal\",\"keyslots\":[],\"head\":\"%s\"}}}"
        .formatted(head);
  }

  static byte[] header(String first, long firstId, String second, long secondId) {
    byte[] both = Arrays.copyOf(copy("LUKS", 0, first, firstId), 2 * COPY_BYTES);
    System.arraycopy(copy("SKUL", COPY_BYTES, second, secondId), 0, both, COPY_BYTES, COPY_BYTES);
    return both;
  }

  private static byte[] copy(String magic, int offset, String json, long id) {
    byte[] bytes = new byte[COPY_BYTES];
    ByteBuffer.wrap(bytes)
        .put((magic + "\u00ba\u00be").getBytes(ISO_8859_1))
        .putShort((short) 2)
        .putLong(COPY_BYTES)
        .putLong(id)
        .put(72, "sha256".getBytes(UTF_8))
        .putLong(256, offset)
        .put(4096, json.getBytes(UTF_8));
    byte[] sum = Sha256.of(bytes, 0, bytes.length).bytes();
    System.arraycopy(sum, 0, bytes, 448, sum.length);
    return bytes;
  }
}
