package dev.lockstep.simulator.real;

import dev.lockstep.initrd.cli.RunnerMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The other end of {@link WarmRunner}.
 *
 * <pre>
 *  in:   WORDS-FILE TAB ARGUMENT TAB ARGUMENT … LF
 *  out:  EXIT-CODE LF
 * </pre>
 */
final class WarmWorker {

  private WarmWorker() {}

  public static void main(String[] unused) throws IOException {
    PrintStream answers = System.out;
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      List<String> order = List.of(line.split("\t", -1));
      try (PrintStream words = new PrintStream(order.getFirst(), StandardCharsets.UTF_8)) {
        System.setOut(words);
        System.setErr(words);
        int exitCode = RunnerMain.execute(order.subList(1, order.size()).toArray(String[]::new));
        words.flush();
        answers.println(exitCode);
        answers.flush();
      }
    }
    System.exit(0); // whatever threads libraries have left
  }
}
