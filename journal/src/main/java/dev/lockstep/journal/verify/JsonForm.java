package dev.lockstep.journal.verify;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.ScanSummary;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Records, findings and verdicts as JSON, one object a line. */
public final class JsonForm {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonForm() {}

  /**
   * The payload stands as JSON in {@code payload}, or, where it is none, as text in {@code
   * payloadText}.
   */
  public static ObjectNode record(LocatedRecord located) {
    ObjectNode node = JSON.createObjectNode();
    node.put("kind", "record");
    node.put("sequence", located.sequence());
    node.put("generation", located.generation());
    node.put("byteOffset", located.byteOffset());
    node.put("bootId", located.record().bootId().toString());
    node.put("timeMillis", located.record().timeMillis());
    node.put("type", located.record().type());
    node.put("typeVersion", located.record().typeVersion());
    payload(node, located.record().payload().bytes(), located.record().payload().text());
    node.put("previousHash", located.record().previousHash().toString());
    node.put("hash", located.hash().toString());
    return node;
  }

  /** The name is the finding's type: a stable word for scripts. */
  public static ObjectNode finding(Finding finding) {
    ObjectNode node = JSON.createObjectNode();
    node.put("kind", "finding");
    node.put("name", finding.getClass().getSimpleName());
    node.put("damage", finding.isDamage());
    finding
        .place()
        .ifPresent(
            place ->
                node.put("sequence", place.sequence())
                    .put("generation", place.generation())
                    .put("byteOffset", place.byteOffset()));
    node.put("sentence", finding.sentence());
    return node;
  }

  public static ObjectNode verdict(Verification verification) {
    ScanSummary summary = verification.summary();
    Tally tally = verification.tally();
    ObjectNode node = JSON.createObjectNode();
    node.put("kind", "verification");
    node.put("sound", verification.isSound());
    node.put("records", tally.records());
    node.put("lastSequence", summary.head().lastSequence());
    node.put("lastHash", summary.head().hash().toString());
    verification
        .signed()
        .last()
        .ifPresent(
            head -> {
              node.set(KeptStatement.MEMBER, head.json());
              node.put("recordsBehindSignedHead", Signing.recordsBehind(summary.head(), head));
            });
    summary.firstDamage().ifPresent(damage -> node.set("firstDamage", finding(damage)));
    var findings = node.putArray("findings");
    summary.findings().forEach(finding -> findings.add(finding(finding)));
    var behind = node.putArray("behind");
    tally.listedBehind().forEach(record -> behind.add(record(record)));
    putUnlessZero(node, "findingsNotListed", summary.furtherFindings());
    putUnlessZero(node, "behindNotListed", tally.behind() - tally.listedBehind().size());
    return node;
  }

  private static void putUnlessZero(ObjectNode node, String name, long count) {
    if (count > 0) {
      node.put(name, count);
    }
  }

  private static void payload(ObjectNode node, byte[] bytes, String text) {
    try {
      JsonNode payload = JSON.readTree(bytes);
      if (!payload.isMissingNode()) {
        node.set("payload", payload);
        return;
      }
    } catch (JacksonException noJson) {
      node.put("payloadText", text);
      return;
    } catch (IOException fromMemory) {
      throw new UncheckedIOException(fromMemory);
    }
    node.put("payloadText", text);
  }
}
