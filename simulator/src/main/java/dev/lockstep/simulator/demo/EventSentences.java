package dev.lockstep.simulator.demo;

import dev.lockstep.journal.event.Encoded;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.Family;
import dev.lockstep.journal.event.Sentences;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.Printable;
import dev.lockstep.journal.verify.PlainText;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.machine.Event;
import io.vavr.control.Option;
import java.util.Optional;

/** The events of both machines in words. */
final class EventSentences {

  private static final int VERSION = 1;
  private static final EventCodec<Intent, Outcome> FIRST_BOOT = new EventCodec<>(Family.FIRST_BOOT);
  private static final EventCodec<InstallIntent, InstallOutcome> INSTALL =
      new EventCodec<>(Family.INSTALL);

  private EventSentences() {}

  /** An effect or an outcome of the first boot; none for anything else. */
  static Optional<String> of(String type, String payload) {
    return firstBoot(new Encoded(type, VERSION, payload))
        .flatMap(event -> effect(event).map(Printable::of));
  }

  /** A record of the journal, whatever it is. */
  static String of(JournalRecord record) {
    Encoded encoded = new Encoded(record.type(), record.typeVersion(), record.payload().text());
    return firstBoot(encoded)
        .map(EventSentences::any)
        .or(() -> decode(INSTALL, encoded).map(EventSentences::anyOfInstall))
        .map(Printable::of)
        .orElseGet(() -> new PlainText().sentence(record));
  }

  /** Why it was decided so; empty where nothing was decided. */
  static String because(JournalRecord record) {
    Encoded encoded = new Encoded(record.type(), record.typeVersion(), record.payload().text());
    return firstBoot(encoded).map(EventSentences::because).orElse("");
  }

  private static String because(Event<Intent, Outcome> event) {
    return switch (event) {
      case Event.Intended<Intent, Outcome>(Intent _, String because) -> because;
      case Event.Adopted<Intent, Outcome>(Outcome _, String because) -> because;
      case Event.BootStarted<Intent, Outcome> _,
          Event.Completed<Intent, Outcome> _,
          Event.Stopped<Intent, Outcome> _ ->
          "";
    };
  }

  private static Optional<Event<Intent, Outcome>> firstBoot(Encoded encoded) {
    return decode(FIRST_BOOT, encoded);
  }

  private static <I, O> Optional<Event<I, O>> decode(EventCodec<I, O> codec, Encoded encoded) {
    return codec.decode(encoded).getOrElse(Option.none()).toJavaOptional();
  }

  private static Optional<String> effect(Event<Intent, Outcome> event) {
    return switch (event) {
      case Event.Intended<Intent, Outcome>(Intent intent, String _) ->
          Optional.of(Sentences.of(intent));
      case Event.Completed<Intent, Outcome>(Outcome outcome) -> Optional.of(Sentences.of(outcome));
      case Event.Adopted<Intent, Outcome>(Outcome outcome, String _) ->
          Optional.of(Sentences.of(outcome));
      case Event.BootStarted<Intent, Outcome> _, Event.Stopped<Intent, Outcome> _ ->
          Optional.empty();
    };
  }

  private static String any(Event<Intent, Outcome> event) {
    return switch (event) {
      case Event.BootStarted<Intent, Outcome>(var _, String runner) ->
          "the first boot's runner " + runner + " begins";
      case Event.Stopped<Intent, Outcome>(var refusal) -> refusal.sentence();
      case Event.Intended<Intent, Outcome>(Intent intent, String _) -> "→ " + Sentences.of(intent);
      case Event.Completed<Intent, Outcome>(Outcome outcome) -> "✓ " + Sentences.of(outcome);
      case Event.Adopted<Intent, Outcome>(Outcome outcome, String _) ->
          "✓ " + Sentences.of(outcome);
    };
  }

  private static String anyOfInstall(Event<InstallIntent, InstallOutcome> event) {
    return switch (event) {
      case Event.BootStarted<InstallIntent, InstallOutcome>(var _, String runner) ->
          "the installer " + runner + " begins";
      case Event.Stopped<InstallIntent, InstallOutcome>(var refusal) -> refusal.sentence();
      case Event.Intended<InstallIntent, InstallOutcome>(InstallIntent intent, String _) ->
          "→ " + Sentences.of(intent);
      case Event.Completed<InstallIntent, InstallOutcome>(InstallOutcome outcome) ->
          "✓ " + Sentences.of(outcome);
      case Event.Adopted<InstallIntent, InstallOutcome>(InstallOutcome outcome, String _) ->
          "✓ " + Sentences.of(outcome);
    };
  }
}
