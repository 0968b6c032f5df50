package dev.lockstep.simulator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.Luck;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.disk.PowerCut;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What both levels of the journal keep to, and that what survives on one survives on the other. */
class JournalLevelsTest {

  private static final int NEVER = Integer.MAX_VALUE;

  /** Chronicle's header, and a record that lies in two or three sectors, in every subset. */
  private static final int MOST_PENDING = 8;

  @BeforeEach
  void requireMemory() {
    assumeTrue(Files.isWritable(Path.of("/dev/shm")), "/dev/shm is missing");
  }

  /** A boot that appends, and where it was when its power went. */
  private static final class Boot {
    private final ModelDisk disk;
    private int momentsLeft;

    Boot(JournalLevel level, DiskImage image, int moments, List<Event<Intent, Outcome>> events)
        throws Exception {
      momentsLeft = moments;
      Power power =
          before -> {
            if (momentsLeft-- == 0) {
              throw new PowerCut(before);
            }
          };
      disk = new ModelDisk(Domain.JOURNAL, image, power);
      try (ModelJournal journal = new ModelJournal(level, disk, read(image))) {
        for (Event<Intent, Outcome> event : events) {
          journal.append(event);
        }
      } catch (PowerCut cut) {
        assertThat(moments).isNotEqualTo(NEVER);
      }
    }

    DiskImage keeping(List<PendingWrite> writes) {
      return disk.durable().with(writes);
    }
  }

  private static Event<Intent, Outcome> event(int number, int length) {
    return new Event.BootStarted<>(new UUID(0, number), "x".repeat(length));
  }

  private static JournalReading read(DiskImage image) {
    return JournalReading.NOTHING.extendedBy(image);
  }

  @ParameterizedTest
  @EnumSource
  void everyAcknowledgedRecordIsFoundByTheNextBoot(JournalLevel level) throws Exception {
    DiskImage image = DiskImage.BLANK;
    List<Event<Intent, Outcome>> all = new ArrayList<>();
    for (int boot = 0; boot < 3; boot++) {
      List<Event<Intent, Outcome>> events = new ArrayList<>();
      for (int record = 0; record < 12; record++) {
        events.add(event(100 * boot + record, 97 * record));
      }
      image = new Boot(level, image, NEVER, events).disk.durable();
      all.addAll(events);
    }

    assertThat(read(image).events()).containsExactlyElementsOf(all);
    assertThat(JournalScans.of(image).events()).containsExactlyElementsOf(all);
    assertThat(JournalScans.of(image).damage()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anAppendThatWasCutIsThereInFullOrNotAtAllAndTheNextBootGoesOnBehindIt(JournalLevel level)
      throws Exception {
    List<Event<Intent, Outcome>> events =
        List.of(event(1, 10), event(2, 600), event(3, 3000), event(4, 700), event(5, 20));
    for (int moment = 0; moment <= events.size(); moment++) {
      Boot boot = new Boot(level, DiskImage.BLANK, moment, events);
      List<PendingWrite> pending = boot.disk.pending();
      assertThat(pending).as("moment %d", moment).isNotEmpty();
      List<PendingWrite> some = pending.subList(0, Math.min(pending.size(), MOST_PENDING));
      for (int kept = 0; kept < 1 << some.size(); kept++) {
        DiskImage left = boot.keeping(chosen(some, kept));
        int acknowledged = Math.max(0, moment - 1);
        assertThat(read(left).events().size())
            .isBetween(acknowledged, Math.min(acknowledged + 1, events.size()));
        assertThat(JournalScans.of(left).damage()).isEmpty();
        if (kept % 7 == 0) {
          DiskImage later = new Boot(level, left, NEVER, List.of(event(9, 5))).disk.durable();
          assertThat(read(later).events())
              .containsExactlyElementsOf(read(left).events().append(event(9, 5)));
        }
      }
    }
  }

  private static List<PendingWrite> chosen(List<PendingWrite> writes, int bits) {
    List<PendingWrite> chosen = new ArrayList<>();
    for (int at = 0; at < writes.size(); at++) {
      if ((bits >> at & 1) == 1) {
        chosen.add(writes.get(at));
      }
    }
    return chosen;
  }

  /** The same appends, the same cuts, the same sectors of the record: the same records survive. */
  @Test
  void whatSurvivesACutOnOneLevelSurvivesItOnTheOther() throws Exception {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      DiskImage fast = DiskImage.BLANK;
      DiskImage slow = DiskImage.BLANK;
      for (int boot = 0; boot < 3; boot++) {
        List<Event<Intent, Outcome>> events = new ArrayList<>();
        for (int record = 0; record < 5; record++) {
          events.add(event(100 * boot + record, random.nextInt(random.nextBoolean() ? 60 : 2500)));
        }
        int moment = random.nextInt(events.size() + 1);
        Boot records = new Boot(JournalLevel.RECORDS, fast, moment, events);
        Boot chronicle = new Boot(JournalLevel.CHRONICLE, slow, moment, events);
        Set<Integer> ofRecord = sectors(records.disk.pending());
        assertThat(sectors(chronicle.disk.pending())).containsAll(ofRecord);
        Set<Integer> arrived =
            ofRecord.stream().filter(_ -> random.nextInt(4) > 0).collect(Collectors.toSet());
        fast = records.keeping(only(records, arrived, ofRecord, random));
        slow = chronicle.keeping(only(chronicle, arrived, ofRecord, random));

        assertThat(read(slow).events()).as("seed %d", seed).isEqualTo(read(fast).events());
        assertThat(read(slow).head()).as("seed %d", seed).isEqualTo(read(fast).head());
        assertThat(JournalScans.of(slow).tails()).isEqualTo(JournalScans.of(fast).tails());
      }
    }
  }

  private static Set<Integer> sectors(List<PendingWrite> writes) {
    return writes.stream().map(PendingWrite::sector).collect(Collectors.toSet());
  }

  /** Of the record what arrived, of all else any. */
  private static List<PendingWrite> only(
      Boot boot, Set<Integer> arrived, Set<Integer> ofRecord, Random random) {
    return boot.disk.pending().stream()
        .filter(
            write ->
                ofRecord.contains(write.sector())
                    ? arrived.contains(write.sector())
                    : random.nextBoolean())
        .toList();
  }

  @Test
  void chroniclesHeaderStaysOnItsWayWhenTheRecordsHaveLeftItsPage() throws Exception {
    Boot boot =
        new Boot(
            JournalLevel.CHRONICLE,
            DiskImage.BLANK,
            NEVER,
            List.of(event(1, 3000), event(2, 3000), event(3, 3000)));

    assertThat(sectors(boot.disk.pending())).isNotEmpty().allMatch(sector -> sector < 8);
    assertThat(read(boot.disk.durable()).events()).hasSize(3);
  }

  @Test
  void nothingIsLeftInMemoryAfterAPowerCut() throws Exception {
    List<Path> before = folders();
    new Boot(JournalLevel.CHRONICLE, DiskImage.BLANK, 1, List.of(event(1, 10)));

    assertThat(folders()).isEqualTo(before);
  }

  private static List<Path> folders() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(ChroniclePen.FOLDERS))
          .sorted()
          .toList();
    }
  }

  @Test
  void aForceThatFailsEndsTheGeneration() {
    ModelDisk disk =
        new ModelDisk(
            Domain.JOURNAL, DiskImage.BLANK, Power.STEADY, (call, _) -> call == Luck.Call.FLUSH);
    try (ModelJournal journal =
        new ModelJournal(JournalLevel.CHRONICLE, disk, JournalReading.NOTHING)) {
      assertThatThrownBy(() -> journal.append(event(1, 10))).hasMessageContaining("lush");
      assertThatThrownBy(() -> journal.append(event(2, 10))).hasMessageContaining("failed before");
    }
  }
}
