package dev.lockstep.simulator.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.esp.ModelBootPartition;
import dev.lockstep.statemachine.invariant.Medium.Startup;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirmwareTest {

  private static final UUID VOLUME = UUID.fromString("11111111-2222-3333-4444-555555555555");
  private static final String OLD = "loader/entries/os.conf";
  private static final String NEW = "loader/entries/os~encrypted.conf";
  private static final String LINES = "title OS\nlinux /vmlinuz\noptions ";
  private static final String OLD_TEXT = LINES + "root=UUID=1 rd.lockstep.encrypt=tpm2 quiet\n";
  private static final String NEW_TEXT =
      LINES + "quiet rd.luks.name=" + VOLUME + "=root root=/dev/mapper/root\n";

  private final Map<String, byte[]> installed =
      Map.of("vmlinuz", bytes("kernel"), OLD, bytes(OLD_TEXT));
  private final Map<String, byte[]> files = new HashMap<>(installed);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Startup start() {
    return new Firmware(installed, OLD).start(files, VOLUME::equals);
  }

  @Test
  void theEntryWithTheTriggerStartsTheRunner() {
    assertThat(start()).isEqualTo(new Startup.RunnerBoots(OLD, true));
  }

  @Test
  void whileBothAreThereTheOldOneIsPreferred() {
    files.put(NEW, bytes(NEW_TEXT));

    assertThat(start()).isEqualTo(new Startup.RunnerBoots(OLD, true));
  }

  @Test
  void whoeverPrefersTheNewOneStartsThat() {
    files.put(NEW, bytes(NEW_TEXT));

    assertThat(new Firmware(installed, OLD).preferringOthers().start(files, VOLUME::equals))
        .isEqualTo(new Startup.RootOpens(NEW, true));
  }

  @ParameterizedTest
  @CsvSource({
    "os.conf, os.conf",
    "os+2.conf, os+1-1.conf",
    "os+1-1.conf, os+0-2.conf",
    "os+0-2.conf, os+0-2.conf"
  })
  void eachBootTakesATryAsLongAsThereIsOne(String before, String after) throws Exception {
    ModelDisk disk = new ModelDisk(Domain.BOOT, DiskImage.BLANK, Power.STEADY);
    ModelBootPartition boot = new ModelBootPartition(disk);
    boot.write("loader/entries/" + before, bytes(OLD_TEXT));
    boot.sync(before);

    new Firmware(installed, OLD).countTry(boot, disk.durable());

    assertThat(boot.list("loader/entries")).containsExactly(after);
    assertThat(boot.read("loader/entries/" + after).get()).isEqualTo(bytes(OLD_TEXT));
  }

  @Test
  void oneWithoutATryLeftComesLast() {
    files.remove(OLD);
    files.put("loader/entries/os+0-2.conf", bytes(OLD_TEXT));
    assertThat(start()).isInstanceOf(Startup.RunnerBoots.class);

    files.put(NEW, bytes(NEW_TEXT));
    assertThat(start()).isEqualTo(new Startup.RootOpens(NEW, true));
  }

  @Test
  void theNewOneAloneOpensTheVolume() {
    files.remove(OLD);
    files.put(NEW, bytes(NEW_TEXT));

    assertThat(start()).isEqualTo(new Startup.RootOpens(NEW, true));
  }

  @Test
  void theNewOneWithALineMissingIsNotWhole() {
    files.remove(OLD);
    files.put(NEW, bytes(NEW_TEXT.replace("title OS\n", "")));

    assertThat(start()).isEqualTo(new Startup.RootOpens(NEW, false));
  }

  @Test
  void withoutAnyEntryNothingBoots() {
    files.remove(OLD);

    assertThat(start()).isInstanceOf(Startup.NothingBoots.class);
  }

  @Test
  void aTornKernelDoesNotStart() {
    files.put("vmlinuz", bytes("ker"));

    assertThat(start()).isInstanceOf(Startup.NothingBoots.class);
  }

  @Test
  void anotherVolumeIsNoRoot() {
    files.remove(OLD);
    files.put(NEW, bytes(NEW_TEXT.replace("1111-2222", "1111-9999")));

    assertThat(start()).isInstanceOf(Startup.NothingBoots.class);
  }

  /** Pairs from UAPI.10: the first of each is the newer one. */
  @ParameterizedTest
  @CsvSource({
    "os.conf, os~encrypted.conf",
    "11, 9",
    "1.2, 1.1",
    "1.0, 1~rc1",
    "2, 1-1",
    "1-1, 1",
    "1^1, 1",
    "1.1, 1^1",
    "124, 123a"
  })
  void entriesAreOrderedAsVersionsAre(String newer, String older) {
    assertThat(new VersionOrder().compare(newer, older)).isPositive();
    assertThat(new VersionOrder().compare(older, newer)).isNegative();
    assertThat(new VersionOrder().compare(newer, newer)).isZero();
  }
}
