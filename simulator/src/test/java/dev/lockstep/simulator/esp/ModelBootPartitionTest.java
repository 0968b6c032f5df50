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
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelBootPartitionTest {

  private final ModelDisk disk = new ModelDisk(Domain.BOOT, DiskImage.BLANK, Power.STEADY);
  private final ModelBootPartition boot = new ModelBootPartition(disk);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What a reader gets of the file after each possible cut; {@code "-"} where there is none. */
  private Set<String> afterEachCut(String path) {
    List<PendingWrite> pending = disk.pending();
    Set<String> seen = new HashSet<>();
    new CrashSubsets(20)
        .of(
            pending.size(),
            kept -> {
              DiskImage image = disk.durable().with(kept.stream().mapToObj(pending::get).toList());
              byte[] content = ModelBootPartition.files(image).get(path);
              seen.add(content == null ? "-" : new String(content, StandardCharsets.UTF_8));
            });
    return seen;
  }

  @Test
  void whatWasSyncedIsThere() throws Exception {
    boot.write("loader/entries/a.conf", bytes("content"));
    boot.sync("loader/entries/a.conf");

    assertThat(ModelBootPartition.files(disk.durable()).get("loader/entries/a.conf"))
        .isEqualTo(bytes("content"));
    assertThat(boot.list("loader/entries")).containsExactly("a.conf");
    assertThat(boot.list("loader")).isEmpty();
  }

  @Test
  void aByteIsTheOldOneOrTheNewOne() throws Exception {
    String text = "x".repeat(Sector.BYTES) + "#inux";
    boot.write("file", bytes(text));
    boot.sync("file");
    boot.writeByte("file", Sector.BYTES, (byte) 'l');

    assertThat(afterEachCut("file")).containsExactlyInAnyOrder(text, text.replace('#', 'l'));
  }

  @Test
  void aRenamedFileHasTheOldNameOrTheNewOne() throws Exception {
    boot.write("old", bytes("content"));
    boot.sync("old");
    boot.rename("old", "new");

    assertThat(afterEachCut("old")).containsExactlyInAnyOrder("content", "-");
    assertThat(afterEachCut("new")).containsExactlyInAnyOrder("content", "-");
    boot.sync("new");
    assertThat(ModelBootPartition.files(disk.durable())).containsOnlyKeys("new");
  }

  @Test
  void writingOverAFileCanLeaveItOldNewOrEmpty() throws Exception {
    boot.write("file", bytes("old"));
    boot.sync("file");
    boot.write("file", bytes("new"));

    assertThat(afterEachCut("file")).contains("old", "new", "");
  }

  @Test
  void aNewFileCanBeMissingEmptyOrShowWhatItsSectorsHeldBefore() throws Exception {
    boot.write("gone", bytes("stale"));
    boot.sync("gone");
    boot.delete("gone");
    boot.write("file", bytes("fresh"));

    assertThat(afterEachCut("file")).containsExactlyInAnyOrder("-", "", "stale", "fresh");
  }

  @Test
  void aWriteNeverDamagesAnotherFile() throws Exception {
    boot.write("other", bytes("kept"));
    boot.sync("other");
    boot.write("file", new byte[3 * Sector.BYTES]);

    assertThat(afterEachCut("other")).containsExactly("kept");
  }

  @Test
  void whatWasErasedLeavesNoByteBehind() throws Exception {
    boot.write("file", bytes("secret"));
    boot.sync("file");
    boot.erase("file");

    assertThat(boot.read("file")).isEmpty();
    for (int sector = BootReading.FIRST_DATA; sector < disk.durable().length(); sector++) {
      assertThat(disk.durable().sector(sector)).isEqualTo(Sector.BLANK);
    }
  }

  @Test
  void whatWasDeletedLeavesItsBytes() throws Exception {
    boot.write("file", bytes("secret"));
    boot.sync("file");
    boot.delete("file");

    assertThat(boot.read("file")).isEmpty();
    assertThat(disk.durable().sector(BootReading.FIRST_DATA)).isEqualTo(Sector.of(bytes("secret")));
  }
}
