package dev.lockstep.journal.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.WrittenByHand;
import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.record.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A scan that keeps nothing says what one says that keeps all. */
class StreamedScanTest {
  private static final RecordSink NOWHERE =
      new RecordSink() {
        @Override
        public void accepted(LocatedRecord record) {}

        @Override
        public void behind(LocatedRecord record) {}
      };

  @Test
  void furtherFindingsAreCountedAndTheFirstDamageIsKnownAllTheSame() {
    WrittenByHand journal = new WrittenByHand();
    List<GenerationFile> files = new ArrayList<>();
    for (int generation = 0; generation < 9; generation++) {
      files.add(GenerationFile.of(journal.next(1, new byte[] {'0'})));
    }
    files.remove(7);
    List<Finding> foreign = new ArrayList<>();
    for (int name = 0; name < 20; name++) {
      foreign.add(new Finding.ForeignFile("foreign" + name));
    }
    ScanSummary bounded = JournalScanner.scan(new JournalFiles(files, foreign), NOWHERE, 10);
    Scan all = JournalScanner.collect(new JournalFiles(files, foreign));
    assertThat(bounded.findings()).isEqualTo(foreign.subList(0, 10));
    assertThat(bounded.furtherFindings()).isEqualTo(all.findings().size() - 10);
    assertThat(bounded.firstDamage())
        .isEqualTo(all.firstDamage())
        .contains(new Finding.MissingGeneration(7, 7));
    assertThat(bounded.head()).isEqualTo(all.head());
  }

  /** The beginning is read first, to find the newest checkpoint, and the rest later. */
  @Test
  void aCheckpointThatReadsDifferentlyASecondTimeIsDamage() {
    GenerationBytes one = generation(withCheckpoint("a"));
    GenerationBytes other = generation(withCheckpoint("b"));
    assertThat(scan(List.of(one, one, one)).firstDamage()).isEmpty();
    assertThat(scan(List.of(one, one, other)).firstDamage())
        .containsInstanceOf(Finding.CheckpointDamaged.class);
  }

  /** Each reading gives the next of these. */
  private static ScanSummary scan(List<GenerationBytes> readings) {
    List<GenerationBytes> left = new ArrayList<>(readings);
    GenerationFile file =
        new GenerationFile() {
          @Override
          public int generation() {
            return 3;
          }

          @Override
          public GenerationBytes read(int atMostBytes, Consumer<Finding> trouble) {
            return left.removeFirst();
          }
        };
    return JournalScanner.scan(new JournalFiles(List.of(file), List.of()), NOWHERE, 10);
  }

  private static Checkpoint withCheckpoint(String word) {
    Sha256 last = Sha256.of(new byte[] {1}, 0, 1);
    Sha256 root = Sha256.of(word.getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, 1);
    return new Checkpoint(41, last, root, List.of());
  }

  /** Number 3, which begins with that checkpoint. */
  private static GenerationBytes generation(Checkpoint checkpoint) {
    ByteBuffer file =
        ByteBuffer.allocate(GenerationLayout.FILE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.position(GenerationLayout.FIRST_DOCUMENT);
    ChainHead head = new ChainHead(checkpoint.lastSequence() + 1, checkpoint.lastHash());
    GenerationOpened opened =
        new GenerationOpened(checkpoint.lastSequence(), checkpoint.lastHash(), List.of(), 1);
    head = put(file, head, GenerationOpened.TYPE, opened.typeVersion(), opened.payload());
    put(
        file,
        head,
        Checkpoint.TYPE,
        Checkpoint.TYPE_VERSION,
        checkpoint.payloads().orElseThrow().getFirst());
    return new GenerationBytes(3, file.array(), file.capacity());
  }

  private static ChainHead put(
      ByteBuffer file, ChainHead head, String type, int typeVersion, Payload payload) {
    byte[] bytes =
        RecordCodec.encode(
            new JournalRecord(
                3,
                head.nextSequence(),
                new UUID(5, 3),
                0,
                type,
                typeVersion,
                payload,
                head.hash()));
    file.putInt(bytes.length).put(bytes);
    file.position(GenerationLayout.documentAfter(file.position()));
    return head.after(RecordCodec.decode(bytes, 0).get());
  }
}
