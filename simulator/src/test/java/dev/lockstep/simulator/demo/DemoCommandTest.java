package dev.lockstep.simulator.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DemoCommandTest {

  @TempDir private Path folder;
  private final StringWriter said = new StringWriter();

  @Test
  void wrongNumbersAreWrongUsageAndMakeNothing() {
    Path dir = folder.resolve("demo");
    assertThat(execute(new DemoCommand((_, _, _) -> 1), "--dir", dir.toString(), "--cuts", "21"))
        .isEqualTo(2);
    assertThat(execute(new DemoCommand((_, _, _) -> 1), "--dir", dir.toString(), "--cuts", "-1"))
        .isEqualTo(2);
    assertThat(execute(new DemoCommand((_, _, _) -> 1), "--dir", dir.toString(), "--size", "255M"))
        .isEqualTo(2);
    assertThat(Files.exists(dir)).isFalse();
  }

  @Test
  void modelsThatAreThereTellTheStory() {
    ModelDemo models = (cuts, seed, json) -> cuts == 4 && seed == 9 && json ? 30 : 1;

    int exitCode =
        execute(new DemoCommand(models), "--model", "--cuts", "4", "--seed", "9", "--json");

    assertThat(exitCode).isEqualTo(30);
  }

  private int execute(DemoCommand command, String... arguments) {
    return new CommandLine(command).setErr(new PrintWriter(said, true)).execute(arguments);
  }
}
