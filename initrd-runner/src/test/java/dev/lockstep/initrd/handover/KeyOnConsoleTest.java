package dev.lockstep.initrd.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import dev.lockstep.initrd.syscall.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key is shown to a person at a terminal, or to nobody. */
class KeyOnConsoleTest {

  private static final String KEY =
      "cbdefghi-jklnrtuv-cbdefghi-jklnrtuv-cbdefghi-jklnrtuv-cbdefghi-jklnrtuv";

  @TempDir Path folder;

  @Test
  void aTerminalShowsItAndTheJournalIsToldOnlyThat() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script (bsdutils) is needed");
    Process terminal =
        new ProcessBuilder("/usr/bin/script", "-qc", "tty; sleep 2", "/dev/null").start();
    try (BufferedReader seen = terminal.inputReader(StandardCharsets.UTF_8);
        Secret key = Secret.taking(KEY.getBytes(StandardCharsets.US_ASCII))) {
      KeyOnConsole console = new KeyOnConsole(List.of(Path.of(seen.readLine().strip())), true);
      assertThat(console.objection()).isEmpty();
      assertThat(console.take(key)).isEqualTo("shown on the console with a QR code");
      assertThat(seen.readAllAsString()).contains("    " + KEY + "\r", "█");
      assertThat(console.recall()).isEmpty();
    }
  }

  @Test
  void whatIsNoTerminalGetsNothing() throws IOException {
    Path log = Files.createFile(folder.resolve("log"));
    Process fifo = new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start();
    assertThat(fifo.onExit().join().exitValue()).isZero();
    KeyOnConsole console =
        new KeyOnConsole(List.of(log, Path.of("/dev/null"), folder.resolve("absent")), false);
    assertThat(console.objection().get()).contains("neither a terminal nor a console");
    assertThat(log).isEmptyFile();
  }

  @Test
  void aCameraReadsTheKeyFromTheDrawnCode() throws Exception {
    List<String> lines =
        KeyOnConsole.drawn(KEY)
            .lines()
            .map(line -> line.replaceAll("\u001b\\[[0-9;]*m", ""))
            .filter(line -> !line.isBlank())
            .map(line -> line.substring(4))
            .toList();
    int cell = 4;
    int width = lines.getFirst().length() * cell;
    int height = lines.size() * 2 * cell;
    assertThat(lines.getFirst().length()).as("fits a console of 80 columns").isLessThan(76);
    int[] pixels = new int[width * height];
    Arrays.fill(pixels, 0xFFFFFF);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        char drawn = lines.get(y / (2 * cell)).charAt(x / cell);
        boolean upper = y / cell % 2 == 0;
        boolean light = drawn == '█' || drawn == (upper ? '▀' : '▄');
        pixels[y * width + x] = light ? 0xFFFFFF : 0;
      }
    }
    String read =
        new QRCodeReader()
            .decode(
                new BinaryBitmap(
                    new HybridBinarizer(new RGBLuminanceSource(width, height, pixels))),
                Map.of(DecodeHintType.TRY_HARDER, true))
            .getText();
    assertThat(read).isEqualTo(KEY);
  }
}
