package dev.lockstep.simulator.esp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.fault.CrashSubsets;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JournaledBootPartitionTest {

  private static final String NOT_ARRIVED = "\0\0\0";

  private final ModelDisk disk = new ModelDisk(Domain.BOOT, DiskImage.BLANK, Power.STEADY);
  private ModelBootPartition boot;

  @BeforeEach
  void format() {
    ModelBootPartition.formatJournaled(disk);
    boot = new ModelBootPartition(disk);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** All files, in words, after each possible cut. */
  private Set<String> afterEachCut() {
    List<PendingWrite> pending = disk.pending();
    Set<String> seen = new HashSet<>();
    new CrashSubsets(20)
        .of(
            pending.size(),
            kept ->
                seen.add(
                    words(disk.durable().with(kept.stream().mapToObj(pending::get).toList()))));
    return seen;
  }

  private static String words(DiskImage image) {
    Map<String, String> words = new TreeMap<>();
    ModelBootPartition.files(image)
        .forEach((name, content) -> words.put(name, new String(content, StandardCharsets.UTF_8)));
    return words.toString();
  }

  @Test
  void aByteAndANameAreTheOldOnesOrTheNewOnes() throws Exception {
    boot.write("old", bytes("#inux"));
    boot.sync("old");
    boot.writeByte("old", 0, (byte) 'l');
    assertThat(afterEachCut()).containsExactlyInAnyOrder("{old=#inux}", "{old=linux}");

    boot.sync("old");
    boot.rename("old", "new");
    assertThat(afterEachCut()).containsExactlyInAnyOrder("{old=linux}", "{new=linux}");
  }

  @Test
  void whatWasSyncedIsThereAndFoundAgain() throws Exception {
    boot.write("loader/entries/a.conf", bytes("content"));
    boot.sync("loader/entries/a.conf");

    ModelDisk later = new ModelDisk(Domain.BOOT, disk.durable(), Power.STEADY);
    assertThat(new ModelBootPartition(later).read("loader/entries/a.conf"))
        .contains(bytes("content"));
    assertThat(boot.list("loader/entries")).containsExactly("a.conf");
    assertThat(afterEachCut()).containsExactly("{loader/entries/a.conf=content}");
  }

  @Test
  void aNewFileIsMissingEmptyWholeOrHasItsSizeWithoutItsData() throws Exception {
    boot.write("new", bytes("abc"));

    assertThat(afterEachCut())
        .containsExactlyInAnyOrder("{}", "{new=}", "{new=abc}", "{new=" + NOT_ARRIVED + "}");
  }

  @Test
  void writingOverAFileNeverMixesItsOldSizeWithItsNewPlace() throws Exception {
    boot.write("file", bytes("older"));
    boot.sync("file");
    boot.write("file", bytes("new"));

    assertThat(afterEachCut())
        .containsExactlyInAnyOrder(
            "{file=older}", "{file=}", "{file=new}", "{file=" + NOT_ARRIVED + "}");
  }

  @Test
  void namesChangeInTheirOrder() throws Exception {
    boot.write("one", bytes(""));
    boot.sync("one");
    boot.write("two", bytes(""));
    boot.write("three", bytes(""));

    assertThat(afterEachCut())
        .containsExactlyInAnyOrder("{one=}", "{one=, two=}", "{one=, three=, two=}");
  }

  @Test
  void manyChangesWithoutAFlushLeaveOneThatIsWhole() throws Exception {
    for (int number = 0; number < 5; number++) { // a commit of two sectors, which can be torn
      boot.write(number + "x".repeat(100), bytes(""));
    }
    boot.write("other", bytes("kept"));
    boot.sync("other");
    for (int round = 0; round < 3 * JournaledReading.COMMITS; round++) {
      boot.write("file", bytes(""));
      assertThat(words(disk.durable())).contains("other=kept");
      DiskImage torn = disk.durable();
      for (PendingWrite write : disk.pending().reversed()) {
        torn = torn.with(List.of(write)); // the last first, each cut short
        assertThat(words(torn)).contains("other=kept");
      }
    }
  }

  @Test
  void whatWasErasedLeavesNoByteBehind() throws Exception {
    boot.write("file", bytes("secret"));
    boot.sync("file");
    boot.erase("file");

    assertThat(words(disk.durable())).isEqualTo("{}");
    assertThat(disk.durable().sector(BootReading.FIRST_DATA)).isEqualTo(Sector.BLANK);
  }
}
