package dev.lockstep.journal.generation;

import static dev.lockstep.journal.SigningFixture.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.journal.SigningFixture;
import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.RunningRoot;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.record.Sha256;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.scan.SignatureFault;
import dev.lockstep.journal.scan.SignedHeads;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningAndFoldingTest {
  @TempDir Path folder;

  private void boot(int boot, int... keys) throws Exception {
    try (Journal journal = SigningFixture.boot(folder, boot, CompactionTest.THREE)) {
      for (int key : keys) {
        journal.append("boot", 1, ("" + boot).getBytes(UTF_8));
        assertThat(journal.signHead(key(key))).isPresent();
      }
    }
  }

  private Scan read() throws Exception {
    return JournalReader.read(folder.resolve("journal"));
  }

  private static List<SignedHead> kept(Scan scan) {
    return scan.base().orElseThrow().checkpoint().kept().stream()
        .flatMap(record -> SignedHead.read(record.record()).stream())
        .toList();
  }

  @Test
  void onlyTheJournalItselfWritesSignedHeads() throws Exception {
    try (Journal journal = SigningFixture.boot(folder, 0, CompactionTest.THREE)) {
      assertThatThrownBy(() -> journal.append(SignedHead.TYPE, 1, new byte[0]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void foldingKeepsTheLastSignedHeadOfEachKeyAndNoOther() throws Exception {
    boot(0, 1, 1, 2);
    boot(1, 1, 2, 2, 2);
    List<SignedHead> before = List.copyOf(SignedHeads.of(read()).lastOfKey().values());
    boot(2, 2);
    Scan scan = read();
    assertThat(kept(scan)).isEqualTo(before).hasSize(2);
    assertThat(SignedHeads.of(scan).areRight()).isTrue();
    for (int boot = 3; boot < 30; boot++) {
      boot(boot, 2, 2);
    }
    assertThat(kept(read())).hasSize(2);
    assertThat(SignedHeads.of(read()).areRight()).isTrue();
  }

  @Test
  void keysWithoutEndTakeNoRoomWithoutEnd() throws Exception {
    for (int boot = 0; boot < 40; boot++) {
      boot(boot, boot + 1);
    }
    Scan scan = read();
    assertThat(kept(scan)).hasSize(Compaction.MAX_SIGNING_KEYS);
    assertThat(SignedHeads.of(scan).last().orElseThrow().publicKey())
        .isEqualTo(key(40).publicKey());
  }

  /** The root is the only word about what was dropped; the signed head before the fold has it. */
  @Test
  void aCheckpointWithAnotherRootIsCaughtByTheSignedHeadItKeeps() throws Exception {
    boot(0, 1);
    boot(1, 1);
    boot(2);
    LocatedRecord record =
        read().located().stream()
            .filter(located -> Checkpoint.isNamedBy(located.record()))
            .findFirst()
            .orElseThrow();
    Sha256 root = read().base().orElseThrow().checkpoint().root();
    String other = record.record().payload().text().replace(root.toString(), "a".repeat(64));
    SigningFixture.rewrite(folder.resolve("journal"), record, other.getBytes(UTF_8));
    Scan scan = read();
    assertThat(scan.isSound()).isTrue(); // the last record, and nothing else vouches for its root
    assertThat(SignedHeads.of(scan).findings())
        .singleElement()
        .isInstanceOfSatisfying(
            Finding.WrongSignature.class,
            found -> assertThat(found.fault()).isEqualTo(SignatureFault.OTHER_HISTORY));
  }

  @Test
  void theRootThatIsSignedGoesOnOverEveryFold() throws Exception {
    RunningRoot root = RunningRoot.START;
    for (int boot = 0; boot < 9; boot++) {
      boot(boot, 1);
      for (LocatedRecord record : read().located()) {
        if (root.isFollowedBy(record.sequence())) {
          root = root.after(record.sequence(), record.hash());
        }
      }
    }
    Scan scan = read();
    assertThat(scan.root()).isEqualTo(root);
    SignedHead last = SignedHeads.of(scan).last().orElseThrow();
    LocatedRecord holds = scan.located().getLast();
    assertThat(new RunningRoot(last.sequence(), last.root()).after(holds.sequence(), holds.hash()))
        .isEqualTo(root);
  }
}
