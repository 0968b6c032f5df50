package dev.lockstep.initrd.handover;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.initrd.syscall.Secret;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A file is replaced where nothing is lost by it: another disk's key never is, whatever its name.
 */
class KeyFileTest {

  @TempDir Path folder;
  private final BootInMemory boot = new BootInMemory();
  private boolean inUse;

  private void handOver(String key, Path file) throws IOException {
    RecoveryKeyHandover handover = to(file);
    assertThat(handover.objection()).isEmpty();
    try (Secret secret = Secret.taking(key.getBytes(US_ASCII))) {
      assertThat(handover.handOver(secret)).isEqualTo("file " + file.getFileName());
    }
    assertThat(file).hasContent(key);
  }

  private RecoveryKeyHandover to(Path file) throws IOException {
    return RecoveryKeyHandover.of(
        HandoverPlan.toFile(Option.some(file)),
        new RecoveryKeyHandover.Surroundings(
            folder.resolve("disk.img"),
            UUID.randomUUID(),
            new OwnKeys(boot, _ -> inUse),
            boot,
            new RemovableMedia(folder.resolve("disk.img"), _ -> folder)));
  }

  private void isRefused(Path file) throws IOException {
    byte[] before = Files.readAllBytes(file);
    assertThat(to(file).objection().get()).contains(file.toString(), "exists", "another file");
    try (Secret key = Secret.taking("key".getBytes(US_ASCII))) {
      assertThatThrownBy(() -> to(file).handOver(key)).hasMessageContaining("exists");
    }
    assertThat(file).hasBinaryContent(before);
  }

  /** The first try went to A, the second was cut at B: both keys open nothing, so either goes. */
  @Test
  void everyEarlierTrysFileIsReplacedWhereverItWent() throws IOException {
    Files.createFile(folder.resolve("disk.img"));
    Path first = folder.resolve("a");
    Path second = folder.resolve("b");
    handOver("first", first);
    handOver("second", second);
    handOver("third", first);
    handOver("fourth", second);
    handOver("fifth", Files.move(first, folder.resolve("renamed")));
  }

  @Test
  void anotherDisksKeyIsNeverReplacedUnderWhateverName() throws IOException {
    Files.createFile(folder.resolve("disk.img"));
    Path file = folder.resolve("key");
    handOver("ours", file);
    Files.writeString(file, "put there meanwhile");
    isRefused(file);
  }

  /** Of a volume that the policy does not name any more, say. */
  @Test
  void thisDisksOwnKeyThatOpensSomethingIsNeverReplaced() throws IOException {
    Files.createFile(folder.resolve("disk.img"));
    Path file = folder.resolve("key");
    handOver("ours", file);
    inUse = true;
    isRefused(file);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 71, 4096})
  void whatACutLeavesWithoutContentIsReplaced(int lengthBytes) throws IOException {
    Files.createFile(folder.resolve("disk.img"));
    handOver("ours", Files.write(folder.resolve("key"), new byte[lengthBytes]));
  }

  @Test
  void whatIsNoKeysFileAtAllIsLeftAlone() throws IOException {
    Files.createFile(folder.resolve("disk.img"));
    isRefused(Files.write(folder.resolve("large"), new byte[4097]));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("large"));
    assertThat(to(link).objection()).isNotEmpty();
    assertThat(to(Files.createDirectory(folder.resolve("folder"))).objection()).isNotEmpty();
  }

  /** Or a cut between the two would leave a file that nobody knows. */
  @Test
  void theDigestIsDurableBeforeTheKeyLeaves() throws IOException {
    Files.createFile(folder.resolve("disk.img"));
    Path file = folder.resolve("key");
    handOver("ours", file);
    assertThat(boot.synced).containsExactly(OwnKeys.FILE);
    assertThat(new String(boot.files.get(OwnKeys.FILE), US_ASCII))
        .matches("[0-9a-f]{64}\n")
        .doesNotContain("ours");
  }

  @Test
  void ofADamagedListEveryWholeLineCounts() throws IOException {
    Files.createFile(folder.resolve("disk.img"));
    Path file = folder.resolve("key");
    handOver("first", file);
    byte[] lines = boot.files.get(OwnKeys.FILE);
    byte[] torn = Arrays.copyOf(lines, 4096); // zeros behind it, as of a torn write
    boot.files.put(OwnKeys.FILE, torn);
    handOver("second", file);
    boot.files.put(OwnKeys.FILE, Arrays.copyOf(boot.files.get(OwnKeys.FILE), 10));
    isRefused(file);
  }

  @Test
  void theListStaysShort() throws IOException {
    Files.createFile(folder.resolve("disk.img"));
    Path file = folder.resolve("key");
    for (int attempt = 0; attempt < 100; attempt++) {
      handOver("key " + attempt, file);
    }
    assertThat(boot.files.get(OwnKeys.FILE).length).isLessThan(4096);
  }
}
