package dev.lockstep.simulator.real;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Many runs in one process, one after the other: the same production code from the command line on
 * ({@link dev.lockstep.initrd.cli.RunnerMain}), without the seconds that each start of a JVM takes.
 * That process is not the judge's: the mappings of one state's journal would keep its boot
 * partition mounted behind the judge's back. It has a mount namespace of its own, and what is left
 * behind by a run is found before its disk is judged.
 */
final class WarmRunner implements Runner, AutoCloseable {

  private static final int GONE = 1;

  private final Laboratory laboratory;
  private Optional<Process> worker = Optional.empty();

  WarmRunner(Laboratory laboratory) {
    this.laboratory = laboratory;
  }

  @Override
  public Ended run(Path folder) throws IOException {
    if (worker.isEmpty() || !worker.get().isAlive()) {
      worker = Optional.of(start());
    }
    Process process = worker.get();
    List<String> words = laboratory.command(folder);
    Writer orders = process.outputWriter(StandardCharsets.UTF_8);
    orders.write(Runner.words(folder) + "\t");
    orders.write(String.join("\t", words.subList(1, words.size())) + "\n");
    orders.flush();
    String answer = answer(process);
    if (answer == null) {
      close();
      return new Ended(GONE, "its process died or stood still: " + Runner.lastWords(folder));
    }
    return new Ended(Integer.parseInt(answer), Runner.lastWords(folder));
  }

  /** None when the process ended, or took too long. */
  private static String answer(Process process) throws IOException {
    BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
    try (var waiting = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> answer = waiting.submit(answers::readLine);
      try {
        return answer.get(LIMIT_MINUTES, TimeUnit.MINUTES);
      } catch (TimeoutException late) {
        end(process);
        return null;
      }
    } catch (InterruptedException interrupted) {
      end(process);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } catch (java.util.concurrent.ExecutionException failed) {
      throw new IOException(failed.getCause());
    }
  }

  private static Process start() throws IOException {
    List<String> command = new ArrayList<>(List.of("unshare", "--mount"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(WarmWorker.class.getName());
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static void end(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    worker.ifPresent(WarmRunner::end);
    worker = Optional.empty();
  }
}
