package dev.lockstep.simulator.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.initrd.syscall.AttachedLoop;
import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.FinishedFolder;
import dev.lockstep.simulator.demo.Requirements;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bounded forms of {@code simulate real --random-kills} and {@code --stops}. */
class KillProofTest {

  private static final long DISK_BYTES = Laboratory.SMALLEST_DISK_BYTES;

  @TempDir private Path temporary;

  @BeforeEach
  void requireTools() {
    try {
      Requirements.checkTraced();
    } catch (DemoFailed missing) {
      assumeTrue(false, missing.getMessage());
    }
  }

  @Test
  void killedRunsAreWholeWithOneFurtherCommandAndOnlyTheOneThatToldItsKeyIsFoundOut()
      throws Exception {
    AtomicInteger judged = new AtomicInteger();
    Recovery.Sabotage tellSecond =
        folder -> {
          if (judged.incrementAndGet() == 2) {
            tellKey(folder);
          }
        };

    KillReport report =
        new KillProof(
                new KillProof.Request(
                    DISK_BYTES, 2, Shard.WHOLE, 7, temporary, TestLauncher.in(temporary)),
                tellSecond,
                System.err::println)
            .run();

    assertThat(report.verdicts()).hasSize(2);
    KillVerdict whole = report.verdicts().getFirst();
    assertThat(whole.fault()).isEmpty();
    assertThat(whole.commands()).isEqualTo(1);
    assertThat(whole.kills().size() + whole.tooLate()).isBetween(2, 5);
    assertThat(whole.files()).isPositive();
    assertThat(report.verdicts().getLast().is(KillVerdict.Kind.LEAKED)).isTrue();
    assertThat(report.verdicts().getLast().fault().orElseThrow().sentence())
        .contains("log holds the recovery key in hex");
    assertThat(report.exitCode()).isEqualTo(30);
    assertThat(report.kept().orElseThrow().resolve("after/disk.img")).isRegularFile();
    assertThat(new JsonMapper().readTree(report.json()).path("leaked").asInt()).isEqualTo(1);
    assertThat(AttachedLoop.all())
        .noneMatch(loop -> loop.backingFile().startsWith(temporary.toAbsolutePath()));
  }

  /** As a careless log would, out of sight of the judge of the disk. */
  private static void tellKey(Path folder) throws IOException {
    byte[] key =
        Files.readString(FinishedFolder.recoveryKey(folder))
            .strip()
            .getBytes(StandardCharsets.US_ASCII);
    Files.writeString(folder.resolveSibling("cuts").resolve("log"), HexFormat.of().formatHex(key));
  }

  @Test
  void aRunThatIsToldToStopStopsInOrderAndGoesOn() throws Exception {
    StopReport report =
        new StopProof(
                new StopProof.Request(DISK_BYTES, 3, 7, temporary, TestLauncher.in(temporary)),
                System.err::println)
            .run();

    assertThat(report.stops()).hasSize(3).allMatch(stop -> StopProof.isOrderly(stop.exitCode()));
    assertThat(report.fault()).isEmpty();
  }
}
