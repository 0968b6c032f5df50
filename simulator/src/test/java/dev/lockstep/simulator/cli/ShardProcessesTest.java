package dev.lockstep.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shards as they run in earnest: a process each, all at once, put together from their files. */
class ShardProcessesTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void processesTogetherCoverWhatOneCovers(int of) throws Exception {
    List<Process> running = new ArrayList<>();
    List<String> reports = new ArrayList<>();
    for (int number = 1; number <= of; number++) {
      Path report = folder.resolve("shard-" + number + ".json");
      reports.add(report.toString());
      running.add(started(report, "--shard", number + "/" + of));
    }
    for (Process shard : running) {
      assertThat(shard.waitFor()).isZero();
    }
    Path whole = folder.resolve("whole.json");
    assertThat(started(whole, "--shard", "1/1").waitFor()).isZero();
    Path merged = folder.resolve("merged.json");
    List<String> merge = new ArrayList<>(List.of("simulate", "merge", "--json"));
    merge.addAll(reports);

    assertThat(java(merged, merge).waitFor()).isZero();
    for (String same : List.of("states", "stateSets", "phases", "reached", "mostCuts", "build")) {
      assertThat(read(merged).get(same)).as(same).isEqualTo(read(whole).get(same));
    }
    merge.removeLast();
    assertThat(java(merged, merge).waitFor()).as("with a shard missing").isEqualTo(1);
    assertThat(read(merged).get("stoppedBy").asText()).contains(of + "/" + of);
  }

  private static JsonNode read(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static Process started(Path output, String... more) throws IOException {
    return java(
        output,
        Stream.concat(
                Stream.of("simulate", "explore", "--max-cuts", "1", "--json"), Stream.of(more))
            .toList());
  }

  private static Process java(Path output, List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SimulatorMain.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectOutput(output.toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
