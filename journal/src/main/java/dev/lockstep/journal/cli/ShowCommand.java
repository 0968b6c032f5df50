package dev.lockstep.journal.cli;

import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.verify.RecordText;
import dev.lockstep.journal.verify.Verification;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Tells a journal's story, boot by boot. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Tells a journal's story, boot by boot.",
    exitCodeListHeading = "Exit codes: ",
    exitCodeList = {"0:sound", "20:damaged or tampered with"})
final class ShowCommand implements Callable<Integer> {
  private final RecordText text;
  @Mixin private JournalArgument journal;
  @Mixin private StoryOptions options;
  @Spec private CommandSpec spec;

  ShowCommand(RecordText text) {
    this.text = text;
  }

  @Override
  public Integer call() throws Exception {
    Scan scan = journal.read();
    options.print(scan, text, StoryOptions.Format.TEXT, spec.commandLine().getOut());
    return new Verification(scan).exitCode();
  }
}
