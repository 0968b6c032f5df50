package dev.lockstep.journal.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.WrittenByHand;
import dev.lockstep.journal.cli.JournalMain;
import dev.lockstep.journal.generation.AppendingProcess;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A journal of 400 generations, 256 MB of files and 66 MB of records, verified by a process that
 * may have 16 MiB of heap: what grew with the journal would not fit.
 */
class FlatMemoryTest {
  private static final int GENERATIONS = 400;
  private static final int RECORDS = 5;
  private static final String HEAP = "-Xmx16m";

  @TempDir Path folder;

  @BeforeEach
  void longJournal() throws Exception {
    WrittenByHand journal = new WrittenByHand();
    byte[] payload = "{\"step\":\"%s\"}".formatted("s".repeat(32 << 10)).getBytes(UTF_8);
    for (int generation = 0; generation < GENERATIONS; generation++) {
      WrittenByHand.write(folder, journal.next(RECORDS, payload));
    }
  }

  @Test
  void verifyingTakesNoMoreMemoryForALongJournal() throws Exception {
    Ended verify = verify(folder.toString());
    assertThat(verify.said()).startsWith("sound: 2400 records in 400 boots; the last is 2399");
    assertThat(verify.exitCode()).isZero();
  }

  /** All but one boot lie behind the break. */
  @Test
  void norDoesItWhenNearlyAllRecordsLieBehindABreak() throws Exception {
    try (FileChannel file =
        FileChannel.open(folder.resolve("gen000.cq4"), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {'x'}), 600);
    }
    Ended verify = verify("--json", folder.toString());
    assertThat(verify.said())
        .contains("\"sound\":false")
        .contains("\"behindNotListed\":")
        .hasSizeLessThan(4 << 20);
    assertThat(verify.exitCode()).isEqualTo(20);
  }

  private record Ended(int exitCode, String said) {}

  private static Ended verify(String... arguments) throws Exception {
    List<String> command = AppendingProcess.command(JournalMain.class, "verify");
    command.addAll(List.of(arguments));
    command.addAll(1, List.of(HEAP, "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ended(process.waitFor(), said);
  }
}
