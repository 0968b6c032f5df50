package dev.lockstep.simulator.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.Requirements;
import dev.lockstep.simulator.fidelity.LibraryFidelity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code simulate fidelity}. */
@Command(
    name = "fidelity",
    mixinStandardHelpOptions = true,
    description =
        "Records what this machine's libcryptsetup writes and flushes, and compares the modelled"
            + " LUKS2 with it. Needs root and strace.")
final class FidelityCommand implements Callable<Integer> {

  private static final int VIOLATED = 30;

  @Option(names = "--verbose", description = "Each write and barrier that was recorded.")
  private boolean verbose;

  @Option(names = "--json", description = "The result as one JSON object.")
  private boolean json;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    try {
      Requirements.checkTraced();
    } catch (DemoFailed refused) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("lockstep: " + refused.getMessage());
      err.flush();
      return refused.exitCode();
    }
    Path folder = Files.createTempDirectory("lockstep-fidelity-");
    try {
      LibraryFidelity result = LibraryFidelity.measured(folder);
      print(result);
      return result.difference().isPresent() ? VIOLATED : CommandLine.ExitCode.OK;
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private void print(LibraryFidelity result) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("libcryptsetup", result.version());
      fields.put("difference", result.difference().orElse(null));
      fields.put("recorded", result.recorded());
      out.println(new ObjectMapper().writeValueAsString(fields));
    } else {
      List<String> recorded = verbose ? result.recorded() : List.of();
      recorded.forEach(out::println);
      out.println(
          result
              .difference()
              .map(first -> "libcryptsetup " + result.version() + " is not as modelled: " + first)
              .orElse("libcryptsetup " + result.version() + " writes and flushes as modelled"));
    }
    out.flush();
  }
}
