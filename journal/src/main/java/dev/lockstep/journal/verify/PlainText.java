package dev.lockstep.journal.verify;

import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.chain.Tail;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.Printable;
import java.util.stream.Collectors;

/** Knows the journal's own record; of all others it shows the beginning of the payload. */
public final class PlainText implements RecordText {
  private static final int SHORT_CHARACTERS = 100;

  @Override
  public String sentence(JournalRecord record) {
    if (Checkpoint.isNamedBy(record)) {
      return "a checkpoint: keeps what still matters of older generations";
    }
    return SignedHead.isNamedBy(record)
        ? SignedHead.read(record).map(PlainText::signed).orElse("a signed head, unreadable")
        : GenerationOpened.read(record).map(PlainText::opened).orElseGet(() -> shortened(record));
  }

  /** Whether the signature is right only a verifier says. */
  private static String signed(SignedHead head) {
    return "signed up to here by key " + head.publicKey().abbreviated();
  }

  private static String opened(GenerationOpened opened) {
    if (opened.lastSequence() < 0) {
      return "the journal begins";
    }
    String cuts =
        opened.tails().stream()
            .filter(tail -> tail.state() != Tail.State.CLEAN)
            .map(PlainText::tail)
            .collect(Collectors.joining("; "));
    return "follows record %d (%s)%s"
        .formatted(
            opened.lastSequence(),
            opened.lastHash().abbreviated(),
            cuts.isEmpty() ? "" : "; " + cuts);
  }

  private static String tail(Tail tail) {
    boolean known = tail.generation() >= 0 && tail.generation() <= JournalRecord.MAX_GENERATION;
    String file = known ? GenerationLayout.fileName(tail.generation()) : "an unknown file";
    return switch (tail.state()) {
      case CLEAN -> file + " ended cleanly";
      case TORN -> "%s ended in a cut append at byte %d".formatted(file, tail.byteOffset());
      case DAMAGED -> "%s was damaged from byte %d on".formatted(file, tail.byteOffset());
      case EMPTY -> file + " held no record yet";
    };
  }

  private static String shortened(JournalRecord record) {
    String text = Printable.of(record.payload().text());
    return text.codePointCount(0, text.length()) <= SHORT_CHARACTERS
        ? text
        : text.substring(0, text.offsetByCodePoints(0, SHORT_CHARACTERS)) + "…";
  }
}
