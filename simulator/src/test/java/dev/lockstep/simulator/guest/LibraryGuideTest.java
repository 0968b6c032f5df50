package dev.lockstep.simulator.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/LIBRARY.md tells the truth: its example runs as it stands there, and prints what it says.
 */
class LibraryGuideTest {

  private static final Path GUIDE = Path.of("..", "docs", "LIBRARY.md");

  @TempDir private Path folder;

  @Test
  void theGuidesExampleRunsAndFindsItsLoss() throws Exception {
    String guide = Files.readString(GUIDE);
    String source = between(guide, "```java\n", "```");
    Path file = folder.resolve("Settings.java");
    Files.writeString(file, source);
    Path heard = folder.resolve("heard");

    int code =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    file.toString()))
            .redirectErrorStream(true)
            .redirectOutput(heard.toFile())
            .start()
            .waitFor();

    String said = Files.readString(heard);
    assertThat(code).as(said).isZero();
    assertThat(said).startsWith("LOST: the settings are neither old nor new");
    assertThat(said.lines()).allSatisfy(line -> assertThat(guide).contains("    " + line));
  }

  private static String between(String text, String from, String to) {
    int begin = text.indexOf(from) + from.length();
    return text.substring(begin, text.indexOf(to, begin));
  }
}
