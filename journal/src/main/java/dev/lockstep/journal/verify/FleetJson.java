package dev.lockstep.journal.verify;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.anchor.AnchorCheck;

/** Verdicts about many journals, and about an anchor, as JSON objects. */
public final class FleetJson {
  private FleetJson() {}

  public static ObjectNode verdict(FleetVerdict verdict) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("kind", "verification").put("journal", verdict.journal());
    switch (verdict) {
      case FleetVerdict.Read read -> {
        node.put("readable", true)
            .put("sound", read.isSound())
            .put("records", read.records())
            .put("lastSequence", read.lastSequence())
            .put("lastHash", read.lastHash().toString());
        read.signedHead().ifPresent(head -> node.set(KeptStatement.MEMBER, head.json()));
        read.damage().ifPresent(damage -> node.set("firstDamage", JsonForm.finding(damage)));
      }
      case FleetVerdict.Unread unread ->
          node.put("readable", false).put("sentence", unread.sentence());
    }
    return node;
  }

  public static ObjectNode summary(Fleet.Tally tally) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("kind", "summary")
        .put("journals", tally.journals())
        .put("sound", tally.sound())
        .put("damaged", tally.damaged())
        .put("unreadable", tally.unreadable())
        .put("exitCode", tally.exitCode());
  }

  /** What was found out about a signed head that was kept. */
  public static ObjectNode statement(StatementCheck check) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("state", check.state())
        .put("held", check.isHeld())
        .put("sentence", check.sentence());
  }

  /** What was found out about an anchor, with what that means. */
  public static ObjectNode anchor(AnchorCheck check) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    switch (check) {
      case AnchorCheck.Held held ->
          node.put("state", "held")
              .put("hash", held.anchor().toString())
              .put("sequence", held.sequence())
              .put("recordsBehind", held.recordsBehind());
      case AnchorCheck.Missing missing ->
          node.put("state", "missing").put("hash", missing.anchor().toString());
      case AnchorCheck.OtherKey other -> {
        node.put("state", "other-key");
        var named = node.putArray("namedKeys");
        other.named().forEach(key -> named.add(key.hex()));
      }
      case AnchorCheck.Unreadable _ -> node.put("state", "unreadable");
    }
    return node.put("sentence", check.sentence()).put("meaning", AnchorCheck.MEANING);
  }
}
