package dev.lockstep.journal.cli;

import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.verify.RecordText;
import dev.lockstep.journal.verify.Verification;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Writes a journal to stdout for other programs, or as a page to keep. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = "Writes a journal to stdout, as JSON Lines by default.",
    exitCodeListHeading = "Exit codes: ",
    exitCodeList = {"0:sound", "20:damaged or tampered with; what is valid was written"})
final class ExportCommand implements Callable<Integer> {
  private final RecordText text;
  @Mixin private JournalArgument journal;
  @Mixin private StoryOptions options;
  @Spec private CommandSpec spec;

  ExportCommand(RecordText text) {
    this.text = text;
  }

  @Override
  public Integer call() throws Exception {
    Scan scan = journal.read();
    options.print(scan, text, StoryOptions.Format.JSONL, spec.commandLine());
    return new Verification(scan).exitCode();
  }
}
