package dev.lockstep.journal.anchor;

import dev.lockstep.journal.chain.Ed25519Key;
import dev.lockstep.journal.record.Sha256;
import dev.lockstep.journal.scan.Printable;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether a journal holds the record that a LUKS2 header was anchored to. */
public sealed interface AnchorCheck {

  /** What an auditor must know before resting anything on an anchor. */
  String MEANING =
      "an anchor proves that the journal was not cut short before the record it names, nor replaced"
          + " by another disk's; it says nothing about the records behind that one, and nothing"
          + " against whoever could write both header and journal";

  /**
   * The journal holds it.
   *
   * @param recordsBehind the records after the anchored one, which nothing vouches for
   */
  record Held(Sha256 anchor, long sequence, long recordsBehind) implements AnchorCheck {
    @Override
    public String sentence() {
      return "anchored: the LUKS2 header names record %d (%s), and the journal holds it; %d records follow it"
          .formatted(sequence, anchor.abbreviated(), recordsBehind);
    }
  }

  /** The journal does not contain it. */
  record Missing(Sha256 anchor) implements AnchorCheck {
    @Override
    public String sentence() {
      return "not anchored: the LUKS2 header names a record with the hash %s, and no valid record has it: the journal was cut short, or is another disk's"
          .formatted(anchor);
    }
  }

  /**
   * The journal is not signed by the key that the header was made with.
   *
   * @param named by the headers on the device, at least one
   * @param found the key of the last signed head
   */
  record OtherKey(Set<Ed25519Key> named, Optional<Ed25519Key> found) implements AnchorCheck {
    public OtherKey {
      named = Set.copyOf(named);
    }

    @Override
    public String sentence() {
      return found
          .map(
              key ->
                  "signed by another key than the header names: the last signed head is by %s, the LUKS2 header names %s"
                      .formatted(key, names()))
          .orElseGet(
              () ->
                  "the LUKS2 header names key %s, and no signed head is in the journal: they were taken out, unless every run since was cut before it could sign"
                      .formatted(names()));
    }

    private String names() {
      return named.stream().map(Ed25519Key::hex).sorted().collect(Collectors.joining(", "));
    }
  }

  /** There was nothing to compare with. */
  record Unreadable(String reason) implements AnchorCheck {
    @Override
    public String sentence() {
      return "the anchor could not be checked: " + Printable.of(reason);
    }
  }

  String sentence();
}
