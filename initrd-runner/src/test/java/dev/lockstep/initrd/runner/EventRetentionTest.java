package dev.lockstep.initrd.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.event.Encoded;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.Family;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.Sha256;
import dev.lockstep.statemachine.firstboot.FirstBoot;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EventRetentionTest {
  private static final UUID BOOT = new UUID(1, 2);
  private static final UUID LUKS = new UUID(3, 4);

  /** A boot, an intent and an outcome for each of twenty steps, and ten ways back. */
  private static final int MOST_FOR_OUTCOMES = 3 * 30;

  private final FirstBoot machine = new FirstBoot();
  private final EventCodec<Intent, Outcome> codec = new EventCodec<>(Family.FIRST_BOOT);
  private final EventRetention<Phase, Intent, Outcome> retention =
      new EventRetention<>(codec, machine);

  @Property(tries = 2000)
  void whatIsKeptReplaysToTheSameStateWhereverTheWalkWasCut(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 400) int length) {
    List<JournalRecord> all = records(walk(new Random(seed), length));
    List<JournalRecord> kept = retention.keep(all);
    assertThat(all).containsSubsequence(kept.isEmpty() ? all : kept);
    assertThat(state(kept)).isEqualTo(state(all));
    assertThat(retention.preserves(all, kept)).isTrue();
    assertThat(foreign(kept)).isEqualTo(foreign(all));
    // Bounded by the phases there are and the boots that count, not by the boots there were.
    assertThat(kept.size() - foreign(all))
        .isLessThanOrEqualTo(MOST_FOR_OUTCOMES + 2 * state(all).boots());
  }

  @Property(tries = 500)
  void foldedAgainAndAgainItStillReplaysToTheSameState(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int every) {
    List<JournalRecord> all = records(walk(new Random(seed), 200));
    List<JournalRecord> folded = new ArrayList<>();
    for (int from = 0; from < all.size(); from += every) {
      folded.addAll(all.subList(from, Math.min(all.size(), from + every)));
      folded = new ArrayList<>(retention.keep(folded));
    }
    assertThat(state(folded)).isEqualTo(state(all));
    // Where leaving events out would change the count of boots, what is still open stays whole.
    assertThat(folded.size() - foreign(all))
        .isLessThanOrEqualTo(MOST_FOR_OUTCOMES + 2 * state(all).boots() + every);
  }

  @Property(tries = 1000)
  void eventsInNoSensibleOrderAreNotLostEither(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 60) int length) {
    Random random = new Random(seed);
    List<Event<Intent, Outcome>> events = new ArrayList<>(walk(random, length));
    Collections.shuffle(events, random);
    List<JournalRecord> all = records(events);
    assertThat(state(retention.keep(all))).isEqualTo(state(all));
  }

  @Test
  void theIntentWhoseRecordTheVolumesHeaderNamesIsKept() {
    List<Event<Intent, Outcome>> events = new ArrayList<>();
    for (Outcome outcome : inOrder(new Random(1))) {
      if (outcome instanceof Outcome.JournalAnchored) {
        events.add(new Event.Intended<>(new Intent.AnchorJournal(), "NEXT_IN_ORDER"));
        events.add(new Event.BootStarted<>(BOOT, "test"));
        events.add(new Event.Intended<>(new Intent.AnchorJournal(), "NO_OUTCOME"));
      }
      events.add(new Event.Completed<>(outcome));
    }
    List<JournalRecord> all = records(events);
    List<JournalRecord> kept = retention.keep(all);
    JournalRecord anchored =
        all.stream()
            .filter(record -> record.type().contains("intended.anchor"))
            .reduce((_, last) -> last)
            .orElseThrow();
    assertThat(kept).contains(anchored);
    assertThat(state(all).phase()).isInstanceOf(Phase.Complete.class);
  }

  @Test
  void aReplayThatDiffersIsSeen() {
    List<JournalRecord> all =
        records(List.of(new Event.BootStarted<>(BOOT, "a"), new Event.BootStarted<>(BOOT, "b")));
    assertThat(retention.preserves(all, all.subList(0, 1))).isFalse();
    assertThat(retention.keep(all)).isEqualTo(all);
  }

  /** Steps as they come, with boots that are cut, go back, or stop in between. */
  private static List<Event<Intent, Outcome>> walk(Random random, int length) {
    List<Event<Intent, Outcome>> events = new ArrayList<>();
    List<Outcome> outcomes = inOrder(random);
    long remaining = 1_000_000;
    int next = 0;
    while (events.size() < length) {
      switch (random.nextInt(7)) {
        case 0, 1 -> events.add(new Event.BootStarted<>(new UUID(0, events.size()), "test"));
        case 2 -> {
          remaining -= random.nextInt(3);
          events.add(new Event.Intended<>(new Intent.Convert(remaining), "NEXT_IN_ORDER"));
        }
        case 3 ->
            events.add(
                new Event.Intended<>(
                    random.nextBoolean() ? new Intent.ProveKeys() : new Intent.StageHead(),
                    "NO_OUTCOME"));
        case 4 -> events.add(new Event.Stopped<>(Refusal.preflight("TEST", "Stopped.")));
        default -> {
          if (next > 0 && next < 9 && random.nextInt(6) == 0) {
            next = 0; // in the clear another preflight begins it all again
            outcomes = inOrder(random);
          }
          if (next < outcomes.size()) {
            Outcome outcome = outcomes.get(next++);
            events.add(
                random.nextBoolean()
                    ? new Event.Completed<>(outcome)
                    : new Event.Adopted<>(outcome, "PREFLIGHT_PASSED"));
          }
        }
      }
    }
    return events;
  }

  private static List<Outcome> inOrder(Random random) {
    Job job =
        new Job(
            new DiskIdentity("disk", "partition"),
            new Plain("ext4", "filesystem-uuid", 800, 10),
            100,
            1000,
            2000 + random.nextInt(2),
            List.of(7));
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(new Outcome.PreflightPassed(job));
    outcomes.add(new Outcome.ConversionKeySealed(digest(random)));
    for (int tries = random.nextInt(3); tries >= 0; tries--) {
      outcomes.add(new Outcome.HeaderPrepared(LUKS, digest(random)));
    }
    outcomes.add(new Outcome.RecoveryKeyHandedOver("to the operator"));
    outcomes.add(new Outcome.KeysProven());
    outcomes.add(new Outcome.ConfigurationStaged(digest(random)));
    outcomes.add(new Outcome.HeadStaged(digest(random)));
    outcomes.add(new Outcome.HeaderInitialised(digest(random)));
    outcomes.add(new Outcome.HeaderPlaced());
    outcomes.add(new Outcome.Converted(1000));
    outcomes.add(new Outcome.Finalised(true));
    outcomes.add(new Outcome.MovedSegmentWiped());
    outcomes.add(new Outcome.GrowthSettled("left to systemd"));
    outcomes.add(new Outcome.VolumeProven());
    outcomes.add(new Outcome.ConversionKeyRetired());
    outcomes.add(new Outcome.LeftoversRemoved());
    outcomes.add(new Outcome.JournalAnchored(digest(random)));
    outcomes.add(new Outcome.EntryWritten("os.conf", "os~encrypted.conf", digest(random)));
    outcomes.add(new Outcome.EntryRetired("os.conf"));
    return outcomes;
  }

  private static Digest digest(Random random) {
    return Digest.of(("" + random.nextInt(3)).getBytes(StandardCharsets.UTF_8));
  }

  /** With a record of somebody else's before every tenth event. */
  private List<JournalRecord> records(List<Event<Intent, Outcome>> events) {
    List<JournalRecord> records = new ArrayList<>();
    for (Event<Intent, Outcome> event : events) {
      if (records.size() % 10 == 0) {
        records.add(record(records.size(), "install.something", "{}"));
      }
      Encoded encoded = codec.encode(event);
      records.add(record(records.size(), encoded.type(), encoded.json()));
    }
    return records;
  }

  private static JournalRecord record(int sequence, String type, String json) {
    return new JournalRecord(0, sequence, BOOT, 0, type, 1, Payload.of(json), Sha256.NONE);
  }

  private static long foreign(List<JournalRecord> records) {
    return records.stream().filter(record -> record.type().startsWith("install.")).count();
  }

  private State<Phase, Intent> state(List<JournalRecord> records) {
    List<Event<Intent, Outcome>> events = new ArrayList<>();
    for (JournalRecord record : records) {
      codec
          .decode(new Encoded(record.type(), record.typeVersion(), record.payload().text()))
          .get()
          .forEach(events::add);
    }
    return machine.replay(events);
  }
}
