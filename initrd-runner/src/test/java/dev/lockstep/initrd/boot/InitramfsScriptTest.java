package dev.lockstep.initrd.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Where there is no systemd, the script keeps what the unit keeps. */
class InitramfsScriptTest {

  private static final Path TOOLS = Path.of("src/main/system-tree/usr/share/initramfs-tools");
  private static final Path SCRIPT = TOOLS.resolve("scripts/local-top/lockstep");

  @Test
  void whatTheFirstBootDoesNotLetPassIsTriedAgainAndNeverPassedBy() throws IOException {
    assertThat(Files.readString(SCRIPT))
        .contains("until asking /usr/bin/lockstep boot initrd; do stop; done");
  }

  @Test
  void eitherArgumentStartsItWithOptionsOrWithout() throws IOException {
    assertThat(Files.readString(SCRIPT))
        .contains(
            "rd.lockstep.encrypt | rd.lockstep.encrypt=* | rd.bootc.luks.encrypt |"
                + " rd.bootc.luks.encrypt=*)");
  }

  @Test
  void nothingIsAskedToComeBeforeIt() throws Exception {
    Process asked = new ProcessBuilder("sh", SCRIPT.toString(), "prereqs").start();
    assertThat(new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
        .isEmpty();
    assertThat(asked.waitFor()).isZero();
  }

  /** initramfs-tools passes over what is not executable, and says nothing. */
  @Test
  void bothAreExecutable() {
    assertThat(SCRIPT).isExecutable();
    assertThat(TOOLS.resolve("hooks/lockstep")).isExecutable();
  }
}
