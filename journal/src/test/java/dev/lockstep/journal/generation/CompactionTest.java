package dev.lockstep.journal.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.TinyDisk;
import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.record.Sha256;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactionTest {
  /** What a count needs: its last number. */
  static final Retention LAST_OF_EACH_TYPE =
      new Retention() {
        @Override
        public List<JournalRecord> keep(List<JournalRecord> records) {
          return last(records);
        }

        @Override
        public boolean preserves(List<JournalRecord> all, List<JournalRecord> kept) {
          return last(all).equals(last(kept));
        }

        private static List<JournalRecord> last(List<JournalRecord> records) {
          List<JournalRecord> last = new ArrayList<>();
          for (JournalRecord record : records) {
            last.removeIf(other -> other.type().equals(record.type()));
            last.add(record);
          }
          return last;
        }
      };

  static final Compaction THREE = new Compaction(3, LAST_OF_EACH_TYPE);

  @TempDir Path temporary;
  private Path directory;
  private Path scratch;

  @BeforeEach
  void folders() {
    directory = temporary.resolve("journal");
    scratch = temporary.resolve("scratch");
  }

  @Test
  void twelveHundredBootsTakeTheRoomOfThreeAndLoseNothingThatMatters() throws Exception {
    try (TinyDisk disk = new TinyDisk()) {
      directory = disk.tmpfs(4096, temporary.resolve("mnt")).resolve("journal"); // a disk is slow
      for (int boot = 0; boot < 1200; boot++) {
        boot(boot, THREE);
        assertThat(JournalReader.files(directory)).hasSizeLessThanOrEqualTo(3);
      }
      Scan scan = JournalReader.read(directory);
      assertThat(scan.firstDamage()).isEmpty();
      assertThat(scan.lastGeneration()).isEqualTo(1199);
      assertThat(scan.records())
          .filteredOn(record -> record.type().equals("once"))
          .extracting(JournalRecord::generation)
          .containsExactly(0);
      assertThat(words(scan)).contains("1199").doesNotContain("1000");
      assertThat(scan.head().nextSequence()).isGreaterThan(2400);
    }
  }

  @Test
  void withoutARetentionNothingButTheJournalsOwnRecordsIsDropped() throws Exception {
    for (int boot = 0; boot < 40; boot++) {
      boot(boot, Compaction.keeping(Retention.EVERYTHING));
      assertThat(JournalReader.files(directory)).hasSizeLessThanOrEqualTo(8);
    }
    List<String> words = new ArrayList<>(List.of("first"));
    for (int boot = 0; boot < 40; boot++) {
      words.add("" + boot);
    }
    assertThat(words(JournalReader.read(directory))).isEqualTo(words);
  }

  @Test
  void aRetentionThatLosesWhatMattersIsNotFollowed() throws Exception {
    Retention wrong =
        new Retention() {
          @Override
          public List<JournalRecord> keep(List<JournalRecord> records) {
            return List.of();
          }

          @Override
          public boolean preserves(List<JournalRecord> all, List<JournalRecord> kept) {
            return all.equals(kept);
          }
        };
    for (int boot = 0; boot < 10; boot++) {
      boot(boot, new Compaction(3, wrong));
    }
    assertThat(words(JournalReader.read(directory))).hasSize(11).endsWith("8", "9");
  }

  @Test
  void whatDoesNotFitIntoACheckpointIsNotFolded() throws Exception {
    try (Journal journal = Journal.create(directory, scratch, UUID.randomUUID(), () -> 1)) {
      for (int large = 0; large < 6; large++) {
        journal.append("large", 1, new byte[50_000 - large]);
      }
      journal.append("large", 1, new byte[Payload.MAX_BYTES]);
    }
    for (int boot = 1; boot < 6; boot++) {
      boot(boot, new Compaction(3, Retention.EVERYTHING));
    }
    Scan scan = JournalReader.read(directory);
    assertThat(scan.findings()).isEmpty();
    assertThat(JournalReader.files(directory)).hasSize(6);
  }

  @Test
  void aCheckpointOfSeveralRecordsIsReadBackWhole() throws Exception {
    try (Journal journal = Journal.create(directory, scratch, UUID.randomUUID(), () -> 1)) {
      for (int large = 0; large < 4; large++) {
        journal.append("large", 1, "9".repeat(30_000 - large).getBytes(UTF_8));
      }
    }
    List<JournalRecord> before = events(JournalReader.read(directory));
    boot(1, new Compaction(3, Retention.EVERYTHING));
    boot(2, new Compaction(3, Retention.EVERYTHING));
    Scan scan = JournalReader.read(directory);
    assertThat(scan.isSound()).isTrue();
    assertThat(JournalReader.files(directory)).hasSize(1);
    assertThat(events(scan)).containsSubsequence(before).hasSize(6);
    assertThat(scan.located()).filteredOn(r -> Checkpoint.isNamedBy(r.record())).hasSize(4);
  }

  /** Every state a cut can leave while the old generations go, in whatever order they reach it. */
  @Test
  void anyOfTheFoldedGenerationsMayBeLeftAndTheNextBootRemovesThem() throws Exception {
    List<byte[]> before = oldGenerations(6);
    Scan all = JournalReader.read(directory);
    boot(6, new Compaction(7, LAST_OF_EACH_TYPE));
    byte[] folded = Files.readAllBytes(directory.resolve("gen006.cq4"));
    assertThat(JournalReader.files(directory)).hasSize(1);
    for (int left = 0; left < 1 << 6; left++) {
      clear();
      Files.write(directory.resolve("gen006.cq4"), folded);
      for (int generation = 0; generation < 6; generation++) {
        if ((left & 1 << generation) != 0) {
          Files.write(
              directory.resolve(GenerationLayout.fileName(generation)), before.get(generation));
        }
      }
      Scan scan = JournalReader.read(directory);
      assertThat(scan.firstDamage()).as("left %x", left).isEmpty();
      assertThat(scan.findings()).hasSize(1 + Integer.bitCount(left));
      assertThat(LAST_OF_EACH_TYPE.preserves(events(all), events(scan).subList(0, 2))).isTrue();
      if (left % 9 == 0) {
        boot(7, new Compaction(7, LAST_OF_EACH_TYPE));
        assertThat(JournalReader.files(directory)).hasSize(2);
        assertThat(words(JournalReader.read(directory))).endsWith("6", "7");
      }
    }
  }

  /** Every state a cut can leave while the new generation is made and begun. */
  @Test
  void aFoldCutAtAnyByteIsMadeAgainAndCutFoldsDoNotPileUp() throws Exception {
    List<byte[]> before = oldGenerations(3);
    Scan all = JournalReader.read(directory);
    boot(3, new Compaction(4, LAST_OF_EACH_TYPE));
    byte[] folded = Files.readAllBytes(directory.resolve("gen003.cq4"));
    Scan after = JournalReader.read(directory);
    LocatedRecord checkpoint =
        after.located().stream().filter(r -> Checkpoint.isNamedBy(r.record())).findFirst().get();
    List<byte[]> states = new ArrayList<>();
    states.add(new byte[0]);
    states.add(new byte[4096]);
    for (int cut = 0; cut < checkpoint.nextDocument(); cut += cut < 390 ? 130 : 7) {
      byte[] torn = new byte[GenerationLayout.FILE_BYTES];
      System.arraycopy(folded, 0, torn, 0, cut);
      states.add(torn);
    }
    assertThat(states.size()).isGreaterThan(100);
    int booted = 0;
    for (byte[] state : states) {
      clear();
      for (int generation = 0; generation < 3; generation++) {
        Files.write(
            directory.resolve(GenerationLayout.fileName(generation)), before.get(generation));
      }
      Files.write(directory.resolve("gen003.cq4"), state);
      Scan scan = JournalReader.read(directory);
      assertThat(Compaction.isExplained(scan)).as("%s", scan.findings()).isTrue();
      if (scan.base().isPresent()) {
        // Only the padding is cut: the checkpoint is whole.
        assertThat(LAST_OF_EACH_TYPE.preserves(events(all), events(scan))).isTrue();
      } else {
        assertThat(events(scan)).isEqualTo(events(all));
      }
      if (booted++ % 5 == 0 || booted > states.size() - 3) {
        boot(4, new Compaction(4, LAST_OF_EACH_TYPE));
        Scan next = JournalReader.read(directory);
        assertThat(next.firstDamage()).isEmpty();
        assertThat(next.base()).isPresent();
        assertThat(JournalReader.files(directory)).hasSizeLessThanOrEqualTo(2);
        assertThat(words(next)).contains("first", "4");
      }
    }
  }

  @Test
  void aLeftoverThatContradictsTheCheckpointIsDamageAndNothingIsRemoved() throws Exception {
    List<byte[]> before = oldGenerations(3);
    boot(3, new Compaction(4, LAST_OF_EACH_TYPE));
    byte[] folded = Files.readAllBytes(directory.resolve("gen003.cq4"));
    clear();
    oldGenerations(3); // another journal, with other hashes
    Path other = directory.resolve("gen002.cq4");
    Files.write(directory.resolve("gen003.cq4"), folded);
    Scan scan = JournalReader.read(directory);
    assertThat(before.get(2)).isNotEqualTo(Files.readAllBytes(other));
    assertThat(scan.firstDamage().orElseThrow()).isInstanceOf(Finding.ContradictsCheckpoint.class);
    boot(4, new Compaction(4, LAST_OF_EACH_TYPE));
    assertThat(JournalReader.files(directory)).hasSize(5);
  }

  @Test
  void everyFlippedByteOfACheckpointIsFoundAndNamed() throws Exception {
    oldGenerations(3);
    boot(3, new Compaction(4, LAST_OF_EACH_TYPE));
    Path file = directory.resolve("gen003.cq4");
    byte[] good = Files.readAllBytes(file);
    Scan sound = JournalReader.read(directory);
    LocatedRecord checkpoint =
        sound.located().stream().filter(r -> Checkpoint.isNamedBy(r.record())).findFirst().get();
    int end = checkpoint.byteOffset() + checkpoint.encoded().lengthBytes();
    for (int at = GenerationLayout.FIRST_DOCUMENT + 4; at < end; at++) {
      boolean padding = at < checkpoint.byteOffset() && at >= checkpoint.byteOffset() - 8;
      if (padding) {
        continue;
      }
      byte[] bad = good.clone();
      bad[at] ^= 1;
      Files.write(file, bad);
      Scan scan = JournalReader.read(directory);
      Finding found = scan.firstDamage().orElseThrow();
      assertThat(found).as("byte %d", at).isInstanceOf(Finding.CheckpointDamaged.class);
      long sequence = checkpoint.sequence() - (at < checkpoint.byteOffset() ? 1 : 0);
      assertThat(found.place().orElseThrow().sequence()).isEqualTo(sequence);
      assertThat(scan.located()).isEmpty();
    }
  }

  @Test
  void theRootIsTheRunningHashOfEveryRecordThatEverWas() throws Exception {
    Map<Long, Sha256> hashes = new TreeMap<>();
    for (int boot = 0; boot < 9; boot++) {
      boot(boot, THREE);
      JournalReader.read(directory).located().forEach(r -> hashes.put(r.sequence(), r.hash()));
    }
    Checkpoint last = JournalReader.read(directory).base().orElseThrow().checkpoint();
    Sha256 root = Sha256.NONE;
    for (long sequence = 0; sequence <= last.lastSequence(); sequence++) {
      root = Checkpoint.root(root, hashes.get(sequence));
    }
    assertThat(last.root()).isEqualTo(root);
    assertThat(last.lastSequence()).isGreaterThan(10);
  }

  /** With hash and checksum made anew, as whoever knows the format can. */
  @Test
  void aCheckpointWhoseContentWasChangedByHandIsFound() throws Exception {
    oldGenerations(3);
    boot(3, new Compaction(4, LAST_OF_EACH_TYPE));
    Path file = directory.resolve("gen003.cq4");
    byte[] good = Files.readAllBytes(file);
    JournalRecord record =
        JournalReader.read(directory).records().stream()
            .filter(Checkpoint::isNamedBy)
            .findFirst()
            .orElseThrow();
    String json = record.payload().text();
    int kept = json.indexOf("[\"") + 2;
    for (String changed :
        List.of(
            json.replace("\"part\":1", "\"part\":2"),
            json.replaceFirst("\"lastSequence\":\\d", "\"lastSequence\":9"),
            json.substring(0, kept + 40) + "Z" + json.substring(kept + 41),
            json.replaceFirst("\"root\":\"....", "\"root\":\"ffff"))) {
      assertThat(changed).hasSameSizeAs(json).isNotEqualTo(json);
      byte[] bytes =
          RecordCodec.encode(
              new JournalRecord(
                  record.generation(),
                  record.sequence(),
                  record.bootId(),
                  record.timeMillis(),
                  record.type(),
                  record.typeVersion(),
                  Payload.of(changed),
                  record.previousHash()));
      byte[] bad = good.clone();
      LocatedRecord place = locatedCheckpoint(good);
      System.arraycopy(bytes, 0, bad, place.byteOffset(), bytes.length);
      Files.write(file, bad);
      Finding found = JournalReader.read(directory).firstDamage().orElseThrow();
      // The root can only be told by what follows: the next record names another hash.
      assertThat(found).isInstanceOfAny(Finding.CheckpointDamaged.class, Finding.ChainBroken.class);
      assertThat(found.place().orElseThrow().sequence())
          .isBetween(record.sequence(), record.sequence() + 1);
    }
  }

  private LocatedRecord locatedCheckpoint(byte[] file) throws Exception {
    Files.write(directory.resolve("gen003.cq4"), file);
    return JournalReader.read(directory).located().stream()
        .filter(r -> Checkpoint.isNamedBy(r.record()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aThirtyTwoMebibyteDiskTakesTwoHundredCrashedBoots() throws Exception {
    try (TinyDisk disk = new TinyDisk()) {
      directory =
          disk.ext4(temporary.resolve("image"), 32 * 1024, temporary.resolve("mnt"))
              .resolve("journal");
      long least = Long.MAX_VALUE;
      for (int boot = 0; boot < 200; boot++) {
        boot(boot, Compaction.keeping(LAST_OF_EACH_TYPE));
        if (boot % 7 == 3) {
          tearLastByte();
        }
        least = Math.min(least, Files.getFileStore(directory).getUsableSpace());
      }
      assertThat(JournalReader.files(directory)).hasSizeLessThanOrEqualTo(8);
      assertThat(least).isGreaterThan(20L << 20);
      assertThat(Compaction.isExplained(JournalReader.read(directory))).isTrue();
      assertThat(words(JournalReader.read(directory))).contains("first");
    }
  }

  private void tearLastByte() throws Exception {
    LocatedRecord last = JournalReader.read(directory).located().getLast();
    Path file = directory.resolve(GenerationLayout.fileName(last.generation()));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(
          ByteBuffer.allocate(20), last.byteOffset() + last.encoded().lengthBytes() - 20L);
    }
  }

  private List<byte[]> oldGenerations(int boots) throws Exception {
    List<byte[]> files = new ArrayList<>();
    for (int boot = 0; boot < boots; boot++) {
      boot(boot, Compaction.keeping(Retention.EVERYTHING));
      files.add(Files.readAllBytes(directory.resolve(GenerationLayout.fileName(boot))));
    }
    return files;
  }

  private void clear() throws Exception {
    for (Path file : JournalReader.files(directory)) {
      Files.delete(file);
    }
  }

  private void boot(int boot, Compaction compaction) throws JournalFailed {
    UUID id = UUID.randomUUID();
    try (Journal journal =
        boot == 0
            ? Journal.create(directory, scratch, id, () -> 1)
            : Journal.open(directory, scratch, id, () -> 1, compaction)) {
      if (boot == 0) {
        journal.append("once", 1, "first".getBytes(UTF_8));
      }
      journal.append("boot", 1, ("" + boot).getBytes(UTF_8));
    }
  }

  private static List<JournalRecord> events(Scan scan) {
    return scan.records().stream().filter(r -> !Checkpoint.isReserved(r.type())).toList();
  }

  private static List<String> words(Scan scan) {
    return events(scan).stream().map(record -> record.payload().text()).toList();
  }
}
