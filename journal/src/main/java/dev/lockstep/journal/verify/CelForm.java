package dev.lockstep.journal.verify;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.scan.LocatedRecord;
import java.util.Arrays;
import java.util.Base64;

/**
 * A record in the JSON encoding of the TCG's Canonical Event Log Format 1.0: a whole log is an
 * array of these.
 *
 * <pre>
 * {"recnum": 7,
 *  "digests": [{"hashAlg": "sha256", "digest": "64 hex digits"}],
 *  "content_type": "lockstep",
 *  "content": {…the record as in JSON Lines…, "hashedBytes": "base64"}}
 * </pre>
 *
 * The digest is the record's own hash, which the next one names; it is the SHA-256 of {@code
 * hashedBytes}, so that a verifier needs nothing but this log. There is neither {@code pcr} nor
 * {@code nv_index}: the journal is not extended into a TPM register, and to name one would claim
 * that a quote vouches for it. The format has no content type for installers; as systemd does with
 * its own name, ours is the program's, and a reader that does not know it passes the content by.
 */
public final class CelForm {
  private static final String CONTENT_TYPE = "lockstep";

  private CelForm() {}

  public static ObjectNode record(LocatedRecord located) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("recnum", located.sequence());
    node.putArray("digests")
        .addObject()
        .put("hashAlg", "sha256")
        .put("digest", located.hash().toString());
    node.put("content_type", CONTENT_TYPE);
    node.set(
        "content",
        JsonForm.record(located)
            .put("hashedBytes", Base64.getEncoder().encodeToString(hashedBytes(located))));
    return node;
  }

  /** All of the record before its own hash. */
  private static byte[] hashedBytes(LocatedRecord located) {
    byte[] bytes = RecordCodec.encode(located.record());
    return Arrays.copyOf(bytes, bytes.length - RecordCodec.TAIL_BYTES);
  }
}
