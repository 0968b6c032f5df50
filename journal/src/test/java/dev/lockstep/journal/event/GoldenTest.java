package dev.lockstep.journal.event;

import static dev.lockstep.journal.SigningFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.generation.Compaction;
import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.generation.Retention;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.scan.SignedHeads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Journals of format version 1 as they were written once, with every record there was then. They
 * must read the same for ever: a disk encrypted today is audited in ten years. The journals' files
 * are never changed; a later format gets files of its own. Only decoded.txt, what the events mean
 * in the words of today's classes, may gain a field. Where they are missing, {@code
 * -Dlockstep.golden=write} makes them.
 */
class GoldenTest {
  /** Of each journal's last record: over the chain it vouches for every byte of every record. */
  private static final String HEAD =
      "b8a8834c4aed26448f94af3e0e12c042d72b8f01cfd97e5d54a3407835611c79";

  private static final String SIGNED_HEAD =
      "b696d9e036aa9a12011f15dce5aae4c8d94332aab954f6c131bbccf0deac99d3";

  @TempDir Path folder;

  private Scan golden() throws Exception {
    if (Golden.isToBeWritten() && Files.notExists(Golden.FORMAT_1.resources())) {
      Golden.FORMAT_1.pack(write());
    }
    return Golden.FORMAT_1.unpack(Files.createTempDirectory(folder, "golden"));
  }

  private Scan signedGolden() throws Exception {
    if (Golden.isToBeWritten() && Files.notExists(Golden.FORMAT_1_SIGNED.resources())) {
      Golden.FORMAT_1_SIGNED.pack(writeSigned());
    }
    return Golden.FORMAT_1_SIGNED.unpack(Files.createTempDirectory(folder, "signed"));
  }

  private Scan later(Golden later) throws Exception {
    if (Golden.isToBeWritten() && Files.notExists(later.resources())) {
      later.pack(writeLater(later.name()));
    }
    return later.unpack(Files.createTempDirectory(folder, later.name()));
  }

  private static Set<String> definitions(Scan scan) {
    Set<String> types = new HashSet<>();
    for (LocatedRecord located : scan.located()) {
      types.add(EventSchema.definition(located.record().type(), located.record().typeVersion()));
    }
    return types;
  }

  @Test
  void theJournalOfFormatOneIsSoundForEver() throws Exception {
    Scan scan = golden();
    assertThat(scan.firstDamage()).isEmpty();
    assertThat(scan.findings()).singleElement().isInstanceOf(Finding.TornTail.class);
    assertThat(scan.head().hash()).hasToString(HEAD);
    assertThat(scan.located()).hasSize(82);
  }

  @Test
  void theFoldedAndSignedJournalOfFormatOneIsSoundForEver() throws Exception {
    Scan scan = signedGolden();
    assertThat(scan.firstDamage()).isEmpty();
    assertThat(scan.findings())
        .hasExactlyElementsOfTypes(Finding.Folded.class, Finding.TornTail.class);
    assertThat(scan.head().hash()).hasToString(SIGNED_HEAD);
    assertThat(scan.located()).filteredOn(each -> Checkpoint.isNamedBy(each.record())).hasSize(2);
    SignedHeads signed = SignedHeads.of(scan);
    assertThat(signed.areRight()).isTrue();
    assertThat(signed.lastOfKey()).containsOnlyKeys(key(1).publicKey(), key(2).publicKey());
    assertThat(signed.last().orElseThrow().publicKey()).isEqualTo(key(2).publicKey());
  }

  /** From the same events, boots, clock and keys. */
  @Test
  void writtenTodayItHasTheSameBytesInEveryRecord() throws Exception {
    assertThat(JournalReader.read(writeSigned()).located()).isEqualTo(signedGolden().located());
  }

  @Test
  void itsEventsDecodeToWhatTheyMeantAndEncodeToTheSameBytes() throws Exception {
    Golden.FORMAT_1.decodesAsWritten(golden());
    Golden.FORMAT_1_SIGNED.decodesAsWritten(signedGolden());
    for (Golden later : Golden.LATER) {
      later.decodesAsWritten(later(later));
    }
  }

  @Test
  void theJournalsOfLaterEventsAreSoundForEver() throws Exception {
    for (Golden later : Golden.LATER) {
      assertThat(later(later).findings()).isEmpty();
    }
  }

  @Test
  void everyRecordOfTodayIsInAGoldenFile() throws Exception {
    Set<String> types = new HashSet<>(definitions(golden()));
    types.addAll(definitions(signedGolden()));
    for (Golden later : Golden.LATER) {
      types.addAll(definitions(later(later)));
    }
    EventSchema.document()
        .path("$defs")
        .fieldNames()
        .forEachRemaining(type -> assertThat(types).contains(type));
  }

  /** The events that no earlier golden journal has. */
  private Path writeLater(String name) throws Exception {
    Set<String> known = new HashSet<>(definitions(golden()));
    for (Golden earlier : Golden.LATER) {
      if (Files.exists(earlier.resources())) {
        known.addAll(definitions(earlier.unpack(Files.createTempDirectory(folder, "earlier"))));
      }
    }
    Path directory = folder.resolve(name);
    try (Journal journal =
        Journal.create(
            directory, folder.resolve("scratch"), new UUID(9, 0), () -> 1_700_000_000_000L)) {
      List<Encoded> samples = new ArrayList<>(Golden.samples(Family.INSTALL));
      samples.addAll(Golden.samples(Family.FIRST_BOOT));
      samples.addAll(Golden.samples(Family.SWAP));
      samples.removeIf(each -> known.contains(EventSchema.definition(each.type(), each.version())));
      if (name.equals("format-1-volumes")) { // no new type, but a field that was not there before
        samples.add(EventSamples.ofDataVolume());
      }
      Golden.appendAll(journal, samples);
    }
    return directory;
  }

  /** Every event that there was when format 1 was new, as it was written then. */
  private List<Encoded> then(String family) throws Exception {
    List<Encoded> events = new ArrayList<>();
    for (LocatedRecord located :
        Golden.FORMAT_1.unpack(Files.createTempDirectory(folder, "then")).located()) {
      JournalRecord record = located.record();
      if (record.type().startsWith(family)) {
        events.add(new Encoded(record.type(), record.typeVersion(), record.payload().text()));
      }
    }
    return events;
  }

  /** Two boots; the first is cut while it appends, the second accounts for that. */
  private Path write() throws Exception {
    Path directory = folder.resolve("written");
    Path scratch = folder.resolve("scratch");
    try (Journal journal =
        Journal.create(directory, scratch, new UUID(7, 0), () -> 1_700_000_000_000L)) {
      Golden.append(journal, Family.INSTALL);
    }
    Golden.tear(directory);
    try (Journal journal =
        Journal.open(directory, scratch, new UUID(7, 1), () -> 1_600_000_000_000L)) {
      Golden.append(journal, Family.FIRST_BOOT);
    }
    return directory;
  }

  /**
   * Five boots. The third folds the first two into a checkpoint of two parts; the keys are made
   * anew between them; the fourth is cut while it appends, the fifth accounts for that.
   */
  private Path writeSigned() throws Exception {
    Path directory = folder.resolve("written-signed");
    try (Journal journal = boot(directory, 0)) {
      Golden.appendAll(journal, then("install."));
      journal.signHead(key(1));
      Golden.appendAll(journal, then("first-boot."));
      journal.signHead(key(1));
    }
    try (Journal journal = boot(directory, 1)) {
      for (int time = 0; time < 3; time++) { // more than one part holds
        Golden.appendAll(journal, then("first-boot."));
      }
      journal.signHead(key(2));
    }
    try (Journal journal = boot(directory, 2)) {
      journal.signHead(key(2));
    }
    try (Journal journal = boot(directory, 3)) {
      Golden.appendAll(journal, then("install."));
      journal.signHead(key(2));
    }
    Golden.tear(directory);
    try (Journal journal = boot(directory, 4)) {
      Golden.appendAll(journal, then("install."));
      journal.signHead(key(2));
    }
    return directory;
  }

  private Journal boot(Path directory, int boot) throws Exception {
    Path scratch = folder.resolve("scratch-signed");
    UUID id = new UUID(8, boot);
    return boot == 0
        ? Journal.create(directory, scratch, id, () -> 1_700_000_000_000L)
        : Journal.open(
            directory,
            scratch,
            id,
            () -> 1_700_000_000_000L,
            new Compaction(boot == 2 ? 3 : 8, Retention.EVERYTHING));
  }
}
