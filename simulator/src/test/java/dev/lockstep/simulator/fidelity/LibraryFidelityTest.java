package dev.lockstep.simulator.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.Requirements;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The model is held to the real library. A library that writes otherwise than it did is noticed
 * here: read what has changed, mend the model, then record with {@code -Dlockstep.golden=write}.
 */
class LibraryFidelityTest {

  @TempDir private Path folder;

  @Test
  void theModelWritesAndFlushesAsTheLibraryOfThisMachineDoesAndThatAsItWasRecorded()
      throws Exception {
    requireTools();
    LibraryFidelity measured = LibraryFidelity.measured(folder);

    assertThat(measured.difference()).isEmpty();
    assertThat(measured.recorded()).isEqualTo(golden(measured));
  }

  private static List<String> golden(LibraryFidelity measured) throws IOException {
    String name = "/fidelity/libcryptsetup-" + measured.version() + ".txt";
    if ("write".equals(System.getProperty("lockstep.golden"))) {
      Files.write(Path.of("src/test/resources" + name), measured.recorded());
      return measured.recorded();
    }
    try (InputStream recorded = LibraryFidelityTest.class.getResourceAsStream(name)) {
      assumeTrue(
          recorded != null, "libcryptsetup " + measured.version() + " was never recorded before");
      return new String(recorded.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static void requireTools() {
    try {
      Requirements.checkTraced();
    } catch (DemoFailed missing) {
      assumeTrue(false, missing.getMessage());
    }
  }

  @Test
  void noWriteAndNoBarrierCanBeLeftOutWithoutADifference() throws Exception {
    Flow model = ModelFlow.taken();
    assertThat(model.firstDifference(model)).isEmpty();

    for (Step step : Step.values()) {
      List<Act> acts = model.acts().get(step);
      assertThat(acts).as(step.name()).isNotEmpty();
      for (int left = 0; left < acts.size(); left++) {
        List<Act> fewer = new ArrayList<>(acts);
        Act out = fewer.remove(left);
        assertThat(model.firstDifference(with(model, step, fewer)))
            .as("%s without %s", step, out)
            .hasValueSatisfying(sentence -> assertThat(sentence).startsWith(step.name()));
      }
    }
  }

  @Test
  void twoEpochsInTheOtherOrderAreADifference() throws Exception {
    Flow model = ModelFlow.taken();
    List<Act> acts = model.acts().get(Step.KILL_SLOT);
    int barrier = acts.indexOf(new Act.Barrier("flush", true));
    List<Act> headerFirst = new ArrayList<>(acts.subList(barrier + 1, acts.size()));
    headerFirst.addAll(acts.subList(0, barrier + 1));

    assertThat(model.firstDifference(with(model, Step.KILL_SLOT, headerFirst)))
        .hasValueSatisfying(
            sentence -> assertThat(sentence).contains("KILL_SLOT, epoch 1", "key slots"));
  }

  private static Flow with(Flow flow, Step step, List<Act> acts) {
    Map<Step, List<Act>> all = new EnumMap<>(flow.acts());
    all.put(step, acts);
    return new Flow(flow.map(), all);
  }

  @Test
  void halvesOfInterruptedCallsAreJoinedAndAnUnknownCallIsNotPassedOver() throws Exception {
    LibraryLog log = new LibraryLog("/dev/loop7");
    for (String line :
        List.of(
            "1 openat(AT_FDCWD</>, \"/tmp/x/PLACE\", O_WRONLY|O_CREAT, 0666) = 4</tmp/x/PLACE>",
            "1 openat(AT_FDCWD</>, \"/dev/loop7\", O_RDWR|O_DIRECT) = 5</dev/loop7>",
            "1 lseek(5</dev/loop7>, 16384, SEEK_SET) = 16384",
            "1 write(5</dev/loop7>, \"\"..., 4096 <unfinished ...>",
            "2 --- SIGSEGV {si_signo=SIGSEGV} ---",
            "1 <... write resumed>) = 4096",
            "1 fdatasync(5</dev/loop7>) = 0",
            "1 fsync(5</dev/loop7> <unfinished ...>",
            "1 +++ killed by SIGKILL +++")) {
      log.hear(line);
    }

    assertThat(log.acts())
        .isEqualTo(
            Map.of(
                Step.PLACE,
                List.of(new Act.Write(16384, 4096), new Act.Barrier("fdatasync", true))));
    assertThatThrownBy(() -> log.hear("1 fallocate(5</dev/loop7>, 0, 0, 4096) = 0"))
        .hasMessageContaining("fallocate");
  }
}
