package dev.lockstep.journal.scan;

import static dev.lockstep.journal.SigningFixture.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.SigningFixture;
import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.RunningRoot;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.generation.Compaction;
import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.generation.Retention;
import dev.lockstep.journal.record.Sha256;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedHeadsTest {
  private static final Compaction KEEPING = Compaction.keeping(Retention.EVERYTHING);

  @TempDir Path folder;

  private Path directory() {
    return folder.resolve("journal");
  }

  /** Two boots; the last record is a signed head. */
  private LocatedRecord signedJournal() throws Exception {
    for (int boot = 0; boot < 2; boot++) {
      try (Journal journal = SigningFixture.boot(folder, boot, KEEPING)) {
        for (int step = 0; step < 3; step++) {
          JournalFixture.append(journal, 20);
          assertThat(journal.signHead(key(1))).isPresent();
        }
      }
    }
    return JournalReader.read(directory()).located().getLast();
  }

  private SignedHeads read() throws Exception {
    return SignedHeads.of(JournalReader.read(directory()));
  }

  @Test
  void whatTheJournalSignsIsRight() throws Exception {
    LocatedRecord last = signedJournal();
    SignedHeads signed = read();
    assertThat(signed.findings()).isEmpty();
    assertThat(signed.last().orElseThrow().sequence()).isEqualTo(last.sequence() - 1);
    assertThat(signed.lastOfKey()).containsOnlyKeys(key(1).publicKey());
  }

  @Test
  void eachFlippedBitOfASignedHeadIsFound() throws Exception {
    LocatedRecord last = signedJournal();
    List<byte[]> good = JournalFixture.bytes(directory());
    byte[] file = good.get(last.generation()).clone();
    for (int bit = 0; bit < 8 * last.encoded().lengthBytes(); bit++) {
      int at = last.byteOffset() + bit / 8;
      file[at] ^= (byte) (1 << (bit % 8));
      Scan scan = JournalFixture.scan(JournalFixture.with(good, last.generation(), file));
      assertThat(scan.firstDamage()).as("bit %d", bit).isPresent();
      file[at] ^= (byte) (1 << (bit % 8));
    }
  }

  /** With hash and checksum made anew, as whoever knows the format can: the chain can't tell. */
  @Test
  void eachBitThatIsRewrittenByHandIsFoundAndNamed() throws Exception {
    LocatedRecord last = signedJournal();
    List<LocatedRecord> before = JournalReader.read(directory()).located();
    RunningRoot root = RunningRoot.START;
    for (LocatedRecord record : before.subList(0, before.size() - 1)) {
      root = root.after(record.sequence(), record.hash());
    }
    byte[] payload = last.record().payload().bytes();
    for (int bit = 0; bit < 8 * payload.length; bit++) {
      payload[bit / 8] ^= (byte) (1 << (bit % 8));
      LocatedRecord changed = SigningFixture.with(last, payload);
      payload[bit / 8] ^= (byte) (1 << (bit % 8));
      SignedHeads.Reading reading = new SignedHeads.Reading();
      reading.begins(
          Optional.of(
              new Scan.Base(
                  0,
                  new Checkpoint(
                      root.lastSequence(), last.record().previousHash(), root.hash(), List.of()))));
      reading.accepted(changed);
      assertThat(reading.result().findings())
          .as("bit %d", bit)
          .singleElement()
          .isInstanceOfSatisfying(
              Finding.WrongSignature.class,
              found -> {
                assertThat(found.isDamage()).isTrue();
                assertThat(found.at().sequence()).isEqualTo(last.sequence());
              });
      assertThat(reading.result().last()).isEmpty();
    }
    SigningFixture.rewrite(directory(), last, payload); // the same is right
    assertThat(read().findings()).isEmpty();
    payload[payload.length - 5] ^= 1; // and on the medium one bit is found, too
    SigningFixture.rewrite(directory(), last, payload);
    assertThat(JournalReader.read(directory()).isSound()).isTrue();
    assertThat(read().findings()).hasSize(1);
  }

  @Test
  void aSignatureOverAnotherHistoryOrAnotherRecordIsToldApart() throws Exception {
    LocatedRecord last = signedJournal();
    SignedHead right = SignedHead.read(last.record()).orElseThrow();
    RunningRoot root = new RunningRoot(right.sequence(), right.root());
    rewritten(
        last,
        SignedHead.by(key(2), right.hash(), new RunningRoot(root.lastSequence(), Sha256.NONE)));
    assertThat(fault()).isEqualTo(SignatureFault.OTHER_HISTORY);
    rewritten(last, SignedHead.by(key(1), Sha256.NONE, root));
    assertThat(fault()).isEqualTo(SignatureFault.OTHER_RECORD);
    rewritten(
        last,
        SignedHead.by(key(1), right.hash(), new RunningRoot(right.sequence() - 1, right.root())));
    assertThat(fault()).isEqualTo(SignatureFault.OTHER_RECORD);
    rewritten(
        last,
        new SignedHead(
            right.sequence(), right.hash(), right.root(), key(2).publicKey(), right.signature()));
    assertThat(fault()).isEqualTo(SignatureFault.FORGED);
    rewritten(last, right);
    assertThat(read().findings()).isEmpty();
  }

  private void rewritten(LocatedRecord last, SignedHead head) throws Exception {
    SigningFixture.rewrite(directory(), last, head.payload().bytes());
  }

  private SignatureFault fault() throws Exception {
    return ((Finding.WrongSignature) read().findings().getFirst()).fault();
  }

  @Test
  void anotherKeyIsNotedAndIsNoDamage() throws Exception {
    signedJournal();
    try (Journal journal = SigningFixture.boot(folder, 2, KEEPING)) {
      assertThat(journal.signHead(key(2))).isPresent();
    }
    SignedHeads signed = read();
    assertThat(signed.findings())
        .singleElement()
        .isEqualTo(
            new Finding.SigningKeyChanged(
                ((Finding.SigningKeyChanged) signed.findings().getFirst()).at(),
                key(1).publicKey(),
                key(2).publicKey()));
    assertThat(signed.areRight()).isTrue();
    assertThat(signed.last().orElseThrow().publicKey()).isEqualTo(key(2).publicKey());
  }

  /** A machine that signed whatever it finds would make a forged history its own. */
  @Test
  void aJournalWithAWrongSignedHeadIsNeitherSignedNorFolded() throws Exception {
    LocatedRecord last = signedJournal();
    SignedHead right = SignedHead.read(last.record()).orElseThrow();
    RunningRoot other = new RunningRoot(right.sequence(), Sha256.NONE);
    rewritten(last, SignedHead.by(key(1), right.hash(), other));
    for (int boot = 2; boot < 6; boot++) {
      try (Journal journal =
          SigningFixture.boot(folder, boot, new Compaction(3, Retention.EVERYTHING))) {
        assertThat(journal.signHead(key(1))).isEmpty();
        JournalFixture.append(journal, 5);
      }
    }
    assertThat(JournalReader.files(directory())).hasSize(6);
    assertThat(read().findings()).singleElement().isInstanceOf(Finding.WrongSignature.class);
  }

  @Test
  void aSignatureNeverTakesTheRoomOfAnEvent() throws Exception {
    try (Journal journal = SigningFixture.boot(folder, 0, KEEPING)) {
      while (journal.signHead(key(1)).isPresent()) {
        journal.append("large", 1, "9".repeat(30_000).getBytes(UTF_8));
      }
      journal.append("largest", 1, new byte[40_000]);
    }
    assertThat(read().findings()).isEmpty();
  }
}
