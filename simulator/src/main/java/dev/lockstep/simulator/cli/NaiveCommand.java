package dev.lockstep.simulator.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.simulator.example.NaiveFirstBoots;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code simulate naive}. */
@Command(
    name = "naive",
    mixinStandardHelpOptions = true,
    description =
        "First boots as other tools' scripts order their steps, and the power cuts at which each"
            + " loses the disk. docs/LIBRARY.md puts another machine under the simulator.")
final class NaiveCommand implements Callable<Integer> {

  @Option(names = "--json", description = "One JSON object for each, a line each.")
  private boolean json;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Always 0: that they lose the disk is what was asked for. */
  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<NaiveFirstBoots.Finding> findings = NaiveFirstBoots.explored();
    for (NaiveFirstBoots.Finding finding : findings) {
      if (json) {
        out.println(new ObjectMapper().writeValueAsString(finding));
      } else {
        finding.lines().forEach(out::println);
      }
    }
    return CommandLine.ExitCode.OK;
  }
}
