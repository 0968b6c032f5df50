package dev.lockstep.simulator.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps are counted as a real machine's serial line tells them. */
class ConsoleTest {

  @TempDir Path folder;

  private Console saying(String text) throws IOException {
    return new Console(Files.writeString(folder.resolve("serial"), text));
  }

  @Test
  void stepsOutcomesAndTenthsAreCountedAndNothingElse() throws IOException {
    Console console =
        saying(
            """
            [\u001b[0;32m  OK  \u001b[0m] Finished \u001b[0;1;39mdracut-initqueue\u001b[0m.\r
            [   62.102696] lockstep[326]: ✓ header placed and read back\r
            [   62.187623] lockstep[326]: → convert 506 MiB that are left\r
            [   63.917695] lockstep[326]:   █████░░░░░   12 %  64 of 506 MiB, safe to power off\r
            [   74.375449] lockstep[326]: done: the disk is encrypted\r
            [   78.852990] lockstep[326]: lockstep: the boot goes on with the encrypted root.\r
            """);
    assertThat(console.progress()).isEqualTo(3);
    assertThat(console.lastStep()).startsWith("█████").endsWith("safe to power off");
    assertThat(console.says("Finished dracut-initqueue.")).as("colours are no words").isTrue();
  }

  /** As in the initrd of initramfs-tools, where no systemd stands between. */
  @Test
  void aTenthThatATerminalShowsAgainAndAgainIsCountedOnce() throws IOException {
    Console console =
        saying(
            """
            Begin: Running /scripts/local-top ... lockstep: this disk is about to be encrypted\r
            → convert 506 MiB that are left  [NO_OUTCOME]\r
            \r  ███░░░   12 %  64 of 506 MiB\u001b[K\r  ███░░░   15 %  80 of 506 MiB\u001b[K\r  ████░░   22 %\u001b[K\r\u001b[K✓ converted\r
            done.\r
            """);
    assertThat(console.progress()).isEqualTo(4);
    assertThat(console.lastStep()).isEqualTo("✓ converted");
  }

  @Test
  void aMachineThatHasSaidNothingHasDoneNothing() throws IOException {
    Console console = new Console(folder.resolve("none"));
    assertThat(console.progress()).isZero();
    assertThat(console.lastStep()).isEmpty();
    assertThat(console.tail()).isEmpty();
  }
}
