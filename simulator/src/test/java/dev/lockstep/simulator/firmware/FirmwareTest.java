package dev.lockstep.simulator.firmware;

import static org.assertj.core.api.Assertions.assertThat;

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
