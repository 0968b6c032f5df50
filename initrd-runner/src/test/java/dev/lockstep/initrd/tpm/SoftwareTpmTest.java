package dev.lockstep.initrd.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A folder is a TPM, a start is a boot, a kill is a power cut. */
final class SoftwareTpmTest {
  private TpmFixture fixture;

  @BeforeEach
  void prepare() throws IOException {
    fixture = new TpmFixture();
  }

  @AfterEach
  void cleanUp() throws IOException {
    fixture.close();
  }

  @Test
  void everyBootOfTheSameFirmwareHasTheSamePcrs() throws IOException {
    String first = pcr7(Firmware.DEFAULT);
    assertThat(pcr7(Firmware.DEFAULT)).isEqualTo(first).doesNotMatch("0*");
    assertThat(pcr7(TpmFixture.OTHER_FIRMWARE)).isNotEqualTo(first);
    assertThat(pcr7(new Firmware(new java.util.TreeMap<>()))).matches("0{64}");
  }

  @Test
  void servesSuccessiveForeignClientsAndKeepsItsPcrs() throws IOException {
    TpmFixture.requireTool("tpm2_getcap");
    try (SoftwareTpm tpm = fixture.boot("a")) {
      byte[] before = tpm.readPcr(7);
      for (int client = 0; client < 5; client++) {
        Command.Result result =
            tpm.lend(device -> Command.of("tpm2_getcap", "-T", device, "properties-variable").run())
                .get();
        assertThat(result.exitCode()).isZero();
        assertThat(result.stdout()).contains("TPM2_PT_LOCKOUT_COUNTER: 0x0");
      }
      assertThat(tpm.readPcr(7)).isEqualTo(before);
    }
  }

  @Test
  void leavesNoProcessAndNoSocketBehind() throws IOException {
    SoftwareTpm tpm = fixture.boot("a");
    Path socket = Path.of(tpm.device().substring("swtpm:path=".length()));
    assertThat(socket).exists();
    tpm.close();
    assertThat(socket.getParent()).doesNotExist();
    assertThat(ProcessHandle.of(tpm.pid())).isEmpty();
  }

  @Test
  void leavesTheTpmOfALivingRunAlone() {
    try (SoftwareTpm tpm = fixture.boot("a")) {
      var second = SoftwareTpm.start(fixture.folder.resolve("a"), Firmware.DEFAULT);
      assertThat(second.getLeft().message()).contains("is in use by swtpm process " + tpm.pid());
      assertThat(ProcessHandle.of(tpm.pid())).isPresent();
    }
  }

  @Test
  void takesOverFromAKilledRunner() throws IOException, InterruptedException {
    TpmFixture.requireTool("systemd-creds");
    for (int round = 0; round < 3; round++) {
      Process runner = AbandonedRunner.start(fixture.folder.resolve("a").toString());
      long swtpm = Long.parseLong(runner.inputReader().readLine());
      runner.destroyForcibly();
      assertThat(runner.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(ProcessHandle.of(swtpm)).as("the orphan outlives its runner").isPresent();
      try (SoftwareTpm tpm = fixture.boot("a")) {
        assertThat(OrphanSwtpm.isGone(swtpm)).isTrue();
        assertThat(TpmFixture.unseal(tpm, TpmFixture.seal(tpm, new byte[32])).isRight()).isTrue();
      }
    }
  }

  @Test
  void aKilledRunnerTakesItsToolsAlong() throws IOException, InterruptedException {
    TpmFixture.requireTool("setpriv");
    String mark = fixture.folder + "/mark";
    Process runner = AbandonedRunner.start(fixture.folder.resolve("a").toString(), mark);
    assertThat(runner.inputReader().readLine()).isNotBlank();
    await(() -> toolRuns(mark));
    runner.destroyForcibly();
    await(() -> !toolRuns(mark));
  }

  private static boolean toolRuns(String mark) {
    return ProcessHandle.allProcesses()
        .filter(process -> !OrphanSwtpm.isGone(process.pid()))
        .map(process -> process.info().arguments().orElse(new String[0]))
        .anyMatch(
            arguments ->
                arguments.length > 2 && arguments[0].equals("-c") && arguments[2].equals(mark));
  }

  private static void await(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited 10 s").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void survivesTwentyKillsInTheMiddleOfCommands() throws IOException {
    TpmFixture.requireTool("systemd-creds");
    byte[] key =
        "0123456789abcdef0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    SealedCredential sealed;
    try (SoftwareTpm tpm = fixture.boot("a")) {
      sealed = TpmFixture.seal(tpm, key);
    }
    int interrupted = 0;
    for (int cut = 0; cut < 20; cut++) {
      SoftwareTpm tpm = fixture.boot("a");
      Thread killer = killAfter(tpm, 500L * cut);
      for (boolean alive = true; alive; ) {
        try {
          assertThat(HexFormat.of().formatHex(tpm.transmit(createPrimary()), 6, 10))
              .isEqualTo("00000000");
          tpm.makeRoom(); // flushes that key
          tpm.transmit(shutdownClear()); // rewrites the state file
        } catch (IOException diedMidway) {
          interrupted++;
          alive = false;
        }
      }
      join(killer);
      tpm.cutPower();
    }
    assertThat(interrupted).isEqualTo(20);
    try (SoftwareTpm tpm = fixture.boot("a")) {
      assertThat(TpmFixture.unseal(tpm, sealed).get()).isEqualTo(key);
    }
    try (var files = Files.list(fixture.folder.resolve("a"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("tpm2-00.permall")
          .hasSizeLessThanOrEqualTo(3);
    }
  }

  /** Kills at another point of the command stream each time. */
  private static Thread killAfter(SoftwareTpm tpm, long micros) {
    return Thread.ofPlatform()
        .start(
            () -> {
              java.util.concurrent.locks.LockSupport.parkNanos(micros * 1000);
              ProcessHandle.of(tpm.pid()).ifPresent(ProcessHandle::destroyForcibly);
            });
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  /** TPM2_CreatePrimary of an ECC P-256 storage key under the owner: some milliseconds of work. */
  private static byte[] createPrimary() {
    return HexFormat.of()
        .parseHex(
            "8002"
                + "00000043"
                + "00000131"
                + "40000001"
                + "00000009"
                + "40000009"
                + "0000"
                + "00"
                + "0000"
                + "0004"
                + "0000"
                + "0000"
                + "001a"
                + "0023"
                + "000b"
                + "00030072"
                + "0000"
                + "0006"
                + "0080"
                + "0043"
                + "0010"
                + "0003"
                + "0010"
                + "0000"
                + "0000"
                + "0000"
                + "00000000");
  }

  private static byte[] shutdownClear() {
    return HexFormat.of().parseHex("8001" + "0000000c" + "00000145" + "0000");
  }

  private String pcr7(Firmware firmware) throws IOException {
    try (SoftwareTpm tpm = fixture.boot("a", firmware)) {
      return HexFormat.of().formatHex(tpm.readPcr(7));
    }
  }
}
