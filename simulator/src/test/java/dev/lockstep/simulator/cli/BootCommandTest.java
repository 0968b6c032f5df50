package dev.lockstep.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What is wrong in the arguments is told before anything is made. */
class BootCommandTest {

  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new BootCommand()).setErr(new PrintWriter(err)).execute(arguments);
  }

  @Test
  void anUnknownMakerOfInitrdsIsWrongUsageAndTheKnownOnesAreNamed() {
    assertThat(run("--initrd", "mkinitcpio")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--initrd", "'mkinitcpio' is not dracut or initramfs-tools");
  }

  @Test
  void cutsAndImagesHaveTheirBounds() {
    assertThat(run("--initrd", "initramfs-tools", "--cuts", "101")).isEqualTo(2);
    assertThat(err.toString()).contains("--cuts is 0 to 100");
    assertThat(run("--images", "0")).isEqualTo(2);
  }
}
