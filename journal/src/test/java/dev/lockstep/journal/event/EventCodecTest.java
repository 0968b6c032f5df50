package dev.lockstep.journal.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import io.vavr.control.Option;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventCodecTest {

  private final EventCodec<Intent, Outcome> codec = new EventCodec<>(Family.FIRST_BOOT);

  private void comesBack(Event<Intent, Outcome> event) {
    assertThat(codec.decode(codec.encode(event)).get()).isEqualTo(Option.some(event));
  }

  @Test
  void everyEventOfTheFirstBootComesBack() {
    comesBack(new Event.BootStarted<>(new UUID(3, 4), "0.1"));
    comesBack(new Event.Stopped<>(Refusal.needsPerson("CODE", "A sentence.")));
    Family.FIRST_BOOT
        .intents()
        .values()
        .forEach(intent -> comesBack(new Event.Intended<>(EventSamples.of(intent), "BECAUSE")));
    Family.FIRST_BOOT
        .outcomes()
        .values()
        .forEach(
            outcome -> {
              comesBack(new Event.Completed<>(EventSamples.of(outcome)));
              comesBack(new Event.Adopted<>(EventSamples.of(outcome), "BECAUSE"));
            });
    assertThat(Family.FIRST_BOOT.intents()).hasSize(24);
  }

  @Test
  void everyEventOfASwapPartitionComesBackAndHasASentence() {
    EventCodec<SwapIntent, SwapOutcome> swap = new EventCodec<>(Family.SWAP);
    for (Event<SwapIntent, SwapOutcome> event : EventSamples.all(Family.SWAP)) {
      assertThat(swap.decode(swap.encode(event)).get()).isEqualTo(Option.some(event));
      assertThat(codec.decode(swap.encode(event)).get()).isEmpty();
    }
    Family.SWAP
        .intents()
        .values()
        .forEach(intent -> assertThat(Sentences.of(EventSamples.of(intent))).isNotBlank());
    Family.SWAP
        .outcomes()
        .values()
        .forEach(outcome -> assertThat(Sentences.of(EventSamples.of(outcome))).isNotBlank());
    assertThat(Family.SWAP.intents()).hasSize(4);
  }

  @Test
  void everyIntentAndOutcomeHasASentence() {
    Family.FIRST_BOOT
        .intents()
        .values()
        .forEach(intent -> assertThat(Sentences.of(EventSamples.of(intent))).isNotBlank());
    Family.FIRST_BOOT
        .outcomes()
        .values()
        .forEach(outcome -> assertThat(Sentences.of(EventSamples.of(outcome))).isNotBlank());
  }

  @Test
  void theFormOnTheMediumIsFixed() {
    assertThat(
            codec.encode(new Event.Intended<>(new Intent.Convert(4096), "CONVERSION_INTERRUPTED")))
        .isEqualTo(
            new Encoded(
                "first-boot.intended.convert",
                1,
                "{\"because\":\"CONVERSION_INTERRUPTED\",\"intent\":{\"remainingBytes\":4096}}"));
  }

  @Test
  void anotherFamilysRecordIsPassedOver() {
    assertThat(codec.decode(new Encoded("install.stopped", 1, "{}")).get()).isEmpty();
    assertThat(codec.decode(new Encoded("generation-opened", 1, "{}")).get()).isEmpty();
  }

  @Test
  void hostilePayloadsAreToldInASentence() {
    for (String json :
        List.of(
            "",
            "null",
            "[]",
            "{}",
            "{\"because\":1,\"intent\":{}}",
            "{\"because\":\"x\",\"intent\":{\"remainingBytes\":null}}",
            "{\"because\":\"x\",\"intent\":{\"remainingBytes\":1e999}}",
            "{\"because\":\"x\",\"intent\":{\"remainingBytes\":1}} {}",
            "[".repeat(100_000))) {
      assertThat(codec.decode(new Encoded("first-boot.intended.convert", 1, json)).isLeft())
          .as(json.substring(0, Math.min(40, json.length())))
          .isTrue();
    }
    assertThat(codec.decode(new Encoded("first-boot.intended.unheard-of", 1, "{}")).isLeft())
        .isTrue();
    assertThat(
            codec
                .decode(
                    new Encoded(
                        "first-boot.completed.head-staged", 1, "{\"outcome\":{\"head\":\"zz\"}}"))
                .isLeft())
        .isTrue();
    assertThat(codec.decode(new Encoded("first-boot.stopped", 2, "{}")).getLeft())
        .contains("newer");
  }

  /** Passed over, a field that came later would leave a record that says something else. */
  @Test
  void whatALaterLockstepAddsIsRefusedWhereverItStands() {
    for (String json :
        List.of(
            "{\"because\":\"x\",\"intent\":{\"remainingBytes\":1},\"later\":1}",
            "{\"because\":\"x\",\"intent\":{\"remainingBytes\":1,\"later\":{}}}")) {
      assertThat(codec.decode(new Encoded("first-boot.intended.convert", 1, json)).getLeft())
          .contains("knows no field later")
          .contains("newer");
    }
    assertThat(
            codec
                .decode(
                    new Encoded(
                        "first-boot.completed.keys-proven",
                        1,
                        "{\"outcome\":{\"tpmTries\":{\"before\":1,\"after\":1,\"most\":3,\"x\\u001b\":0}}}"))
                .getLeft())
        .contains("knows no field x\\u001b")
        .doesNotContain("\u001b");
  }
}
