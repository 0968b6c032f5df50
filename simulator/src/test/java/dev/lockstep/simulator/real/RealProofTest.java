package dev.lockstep.simulator.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.syscall.AttachedLoop;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.FinishedFolder;
import dev.lockstep.simulator.demo.Requirements;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bounded form of {@code simulate real}; the whole of it is a command. */
class RealProofTest {

  private static final int SYNC_STRIDE = 30;
  private static final int REORDER_STRIDE = 20;

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
  void cutAndReorderedStatesAreRecoveredAndOnlyTheOneWithAFlippedByteIsLost() throws Exception {
    AtomicInteger judged = new AtomicInteger();
    Recovery.Sabotage flipFirst =
        folder -> {
          if (judged.getAndIncrement() == 0) {
            flipByte(folder);
          }
        };

    RealReport report =
        prove(
            SYNC_STRIDE, REORDER_STRIDE, Shard.WHOLE, new RealProof.Mistakes(flipFirst, _ -> true));

    assertThat(report.verdicts()).hasSizeGreaterThanOrEqualTo(8);
    assertThat(report.verdicts().getFirst().fault()).isPresent();
    assertThat(report.verdicts().stream().skip(1)).noneMatch(Verdict::isLost);
    assertThat(report.verdicts()).anyMatch(each -> each.tier() == Verdict.Tier.REORDERED);
    assertThat(report.otherOrders()).isZero();
    assertThat(report.exitCode()).isEqualTo(30);
    assertThat(report.kept().orElseThrow().resolve("before/disk.img")).isRegularFile();
    assertThat(report.kept().orElseThrow().resolve("README")).content().contains("firstboot run");
    assertThat(report.lines()).anyMatch(line -> line.endsWith("sync points recovered, 1 lost"));
    assertThat(new JsonMapper().readTree(report.json()).path("exitCode").asInt()).isEqualTo(30);
    assertThat(AttachedLoop.all())
        .noneMatch(loop -> loop.backingFile().startsWith(temporary.toAbsolutePath()));
  }

  @Test
  void aDiskThatKeepsNoFlushIsFoundOut() throws Exception {
    RealReport report =
        prove(0, 40, Shard.WHOLE, new RealProof.Mistakes(Recovery.Sabotage.NONE, _ -> false));

    assertThat(report.verdicts()).anyMatch(Verdict::isLost);
    assertThat(report.exitCode()).isEqualTo(30);
  }

  @ParameterizedTest
  @EnumSource(Beginning.class)
  void whateverItBeginsWithACutIsRecovered(Beginning beginning) throws Exception {
    RealProof.Request request =
        new RealProof.Request(
            Laboratory.SMALLEST_DISK_BYTES,
            1,
            true,
            0,
            1,
            new Shard(4, 13),
            7,
            temporary,
            TestLauncher.in(temporary));

    RealReport report = new BeginningProof(beginning, request, _ -> {}).run();

    assertThat(report.syncPoints()).isGreaterThan(20);
    assertThat(report.verdicts()).hasSizeGreaterThanOrEqualTo(2).noneMatch(Verdict::isLost);
  }

  private RealReport prove(
      int syncStride, int reorderStride, Shard shard, RealProof.Mistakes mistakes)
      throws IOException, DemoFailed {
    RealProof.Request request =
        new RealProof.Request(
            Laboratory.SMALLEST_DISK_BYTES,
            syncStride,
            false,
            1,
            reorderStride,
            shard,
            7,
            temporary,
            TestLauncher.in(temporary));
    RealReport report = new RealProof(request, mistakes, System.err::println).run();
    try (Stream<Path> left = Files.list(report.kept().orElseThrow().getParent())) {
      assertThat(left.map(each -> each.getFileName().toString())).doesNotContain("work");
    }
    return report;
  }

  /** In the middle of the encrypted filesystem. */
  private static void flipByte(Path folder) throws IOException {
    try (BlockDeviceFile disk =
        BlockDeviceFile.open(FinishedFolder.disk(folder), Access.READ_WRITE)) {
      DiskPartitions.Place root = DiskPartitions.read(disk).get().root();
      long at = root.offsetBytes() + (24L << 20);
      ByteBuffer one = ByteBuffer.allocate(1);
      disk.readFully(at, one);
      disk.writeFully(at, ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}));
    }
  }
}
