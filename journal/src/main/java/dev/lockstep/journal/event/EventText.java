package dev.lockstep.journal.event;

import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.Printable;
import dev.lockstep.journal.verify.PlainText;
import dev.lockstep.journal.verify.RecordText;
import dev.lockstep.statemachine.firstboot.Case;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.swap.SwapCase;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import io.vavr.control.Option;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Tells the machine's events in words; whatever it does not know it leaves to {@link PlainText}.
 */
public final class EventText implements RecordText {

  private static final String ORDINARY = "NEXT_IN_ORDER";

  private final RecordText otherwise = new PlainText();
  private final EventCodec<Intent, Outcome> firstBoot = new EventCodec<>(Family.FIRST_BOOT);
  private final EventCodec<InstallIntent, InstallOutcome> install =
      new EventCodec<>(Family.INSTALL);
  private final EventCodec<SwapIntent, SwapOutcome> swap = new EventCodec<>(Family.SWAP);

  @Override
  public String sentence(JournalRecord record) {
    Encoded encoded = new Encoded(record.type(), record.typeVersion(), record.payload().text());
    return told(firstBoot, encoded, Sentences::of, Sentences::of)
        .orElse(() -> told(install, encoded, Sentences::of, Sentences::of))
        .orElse(() -> told(swap, encoded, Sentences::of, Sentences::of))
        .map(Printable::of)
        .getOrElse(() -> otherwise.sentence(record));
  }

  private static <I, O> Option<String> told(
      EventCodec<I, O> codec,
      Encoded encoded,
      Function<I, String> intents,
      Function<O, String> outcomes) {
    return codec
        .decode(encoded)
        .getOrElse(Option.none())
        .map(
            event ->
                switch (event) {
                  case Event.BootStarted<I, O>(var _, String runner) ->
                      "Lockstep " + runner + " begins";
                  case Event.Intended<I, O>(I intent, String because) ->
                      "→ " + intents.apply(intent) + why(because);
                  case Event.Completed<I, O>(O outcome) -> "✓ " + outcomes.apply(outcome);
                  case Event.Adopted<I, O>(O outcome, String because) ->
                      "✓ " + outcomes.apply(outcome) + why(because);
                  case Event.Stopped<I, O>(var refusal) -> "stopped: " + refusal.sentence();
                });
  }

  /** The decider's reason, where it is more than the order of the steps. */
  private static String why(String because) {
    if (because.equals(ORDINARY)) {
      return "";
    }
    return Stream.concat(
            Arrays.stream(Case.values())
                .filter(each -> each.name().equals(because))
                .map(Case::sentence),
            Arrays.stream(SwapCase.values())
                .filter(each -> each.name().equals(because))
                .map(SwapCase::sentence))
        .map(sentence -> " (" + sentence + ")")
        .findFirst()
        .orElse(" (" + because + ")");
  }
}
