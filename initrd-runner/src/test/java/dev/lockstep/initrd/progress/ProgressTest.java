package dev.lockstep.initrd.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
  private static final long MIB = 1 << 20;

  @TempDir Path folder;

  @Test
  void theRateAndTheTimeLeftComeFromWhatThisRunHasDone() {
    AtomicLong clock = new AtomicLong(5);
    Pace pace = new Pace(clock::get);
    assertThat(pace.at(100 * MIB, 400 * MIB)).isEqualTo(new Pace.Reading(25, 0, -1));
    clock.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(pace.at(200 * MIB, 400 * MIB)).isEqualTo(new Pace.Reading(50, 50.0 * MIB, 4));
  }

  @Test
  void forProgramsEachStepIsALineAndTheLastOneTellsTheExitCode() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Narrator narrator = Narrator.jsonLines(new PrintStream(out, true, UTF_8));
    assertThat(narrator.converted(MIB, 4 * MIB, false)).isFalse();
    assertThat(narrator.ended(new Ending.Stopped(Refusal.needsPerson("CODE", "Why."))))
        .isEqualTo(11);
    String[] lines = out.toString(UTF_8).split("\n", -1);
    JsonNode progress = new ObjectMapper().readTree(lines[0]);
    assertThat(progress.at("/progress/percent").asInt()).isEqualTo(25);
    assertThat(progress.path("safeToPowerOff").asBoolean()).isTrue();
    JsonNode ending = new ObjectMapper().readTree(lines[1]);
    assertThat(ending.path("code").asText()).isEqualTo("CODE");
    assertThat(ending.path("exitCode").asInt()).isEqualTo(11);
  }

  @Test
  @Timeout(20)
  void aReaderThatHangsKeepsNobody() {
    CountDownLatch never = new CountDownLatch(1);
    OutputStream hanging =
        new OutputStream() {
          @Override
          public void write(int single) {
            try {
              never.await();
            } catch (InterruptedException ended) {
              Thread.currentThread().interrupt();
            }
          }
        };
    try (PrintStream out = new PrintStream(new DetachedOutput(hanging), true, UTF_8)) {
      for (int line = 0; line < 5_000; line++) {
        out.println("a line");
      }
    }
  }

  @Test
  void aReaderThatReadsGetsEveryLine() {
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(new DetachedOutput(taken), true, UTF_8)) {
      for (int line = 0; line < 300; line++) {
        out.print("a line\n");
      }
    }
    assertThat(taken.toString(UTF_8)).isEqualTo("a line\n".repeat(300));
  }

  /** plymouth itself needs a screen; what it is told is written down by a program in its place. */
  @Test
  void theSplashIsToldOnceASecondAndAtTheEnd() throws Exception {
    Path told = folder.resolve("told");
    Path program = folder.resolve("plymouth");
    Files.writeString(program, "#!/bin/sh\necho \"$*\" >>'" + told + "'\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    Plymouth splash = new Plymouth(program.toString());
    for (int step = 1; step <= 3; step++) {
      assertThat(splash.converted(step * MIB, 4 * MIB, true)).isTrue();
    }
    splash.ended(new Ending.Finished(), "the disk is encrypted");
    assertThat(Files.readAllLines(told))
        .containsExactly(
            "system-update --progress=25",
            "display-message --text=Encrypting the disk, 25 %. It is safe to power off.",
            "display-message --text=Done: the disk is encrypted.");
  }

  @Test
  void withoutASplashProgramNothingIsLost() {
    Plymouth splash = new Plymouth(folder.resolve("not-there").toString());
    assertThat(splash.converted(MIB, 4 * MIB, true)).isTrue();
    assertThat(splash.ended(new Ending.Finished(), "done")).isZero();
  }
}
