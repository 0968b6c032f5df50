package dev.lockstep.initrd.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The unit comes before whoever could touch the root, and waits for nobody who waits for it. */
class FirstBootUnitTest {

  private static final Path MODULE =
      Path.of("src/main/system-tree/usr/lib/dracut/modules.d/51lockstep");

  private static List<String> values(String key) throws IOException {
    return Files.readAllLines(MODULE.resolve("lockstep-firstboot.service")).stream()
        .filter(line -> line.startsWith(key + "="))
        .flatMap(line -> List.of(line.substring(key.length() + 1).split(" ", -1)).stream())
        .toList();
  }

  @Test
  void nobodyOpensChecksOrMountsTheRootBeforeIt() throws IOException {
    assertThat(values("Before"))
        .contains("cryptsetup-pre.target", "systemd-fsck-root.service", "sysroot.mount");
    assertThat(Files.readString(MODULE.resolve("after-firstboot.conf")))
        .as("nor after it, where it failed")
        .contains("Requires=lockstep-firstboot.service", "After=lockstep-firstboot.service");
    assertThat(Files.readString(MODULE.resolve("module-setup.sh")))
        .contains("sysroot.mount systemd-fsck-root.service systemd-fsck@.service");
  }

  /**
   * dracut's queue waits for /dev/mapper/root, which is opened behind cryptsetup-pre.target and so
   * behind this unit, whether its condition holds or not: every boot after the first one stood.
   */
  @Test
  void itIsNotBehindWhatWaitsForTheOpenedVolume() throws IOException {
    assertThat(values("After")).isNotEmpty().doesNotContain("dracut-initqueue.service");
  }

  @Test
  void eitherArgumentStartsItAndNoClockEndsIt() throws IOException {
    assertThat(values("ConditionKernelCommandLine"))
        .containsExactly("|rd.lockstep.encrypt", "|rd.bootc.luks.encrypt");
    assertThat(values("TimeoutStartSec")).containsExactly("infinity");
  }
}
