package dev.lockstep.journal.cli;

import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.verify.RecordText;
import dev.lockstep.journal.verify.Verification;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tells a journal's story, boot by boot. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Tells a journal's story, boot by boot.",
    exitCodeListHeading = "Exit codes: ",
    exitCodeList = {"0:sound", "20:damaged or tampered with"})
final class ShowCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final RecordText text;
  @Mixin private JournalArgument journal;
  @Mixin private StoryOptions options;
  @Spec private CommandSpec spec;

  ShowCommand(RecordText text) {
    this.text = text;
  }

  @Option(
      names = "--follow",
      description = "Goes on with new records as they come, until Ctrl-C. Text or JSON Lines.")
  private boolean follow;

  @Override
  public Integer call() throws Exception {
    CommandLine command = spec.commandLine();
    if (follow) {
      return follow(command);
    }
    Scan scan = journal.read();
    options.print(scan, text, StoryOptions.Format.TEXT, command);
    return new Verification(scan).exitCode();
  }

  private int follow(CommandLine command) throws Exception {
    Follow follow =
        switch (options.format(StoryOptions.Format.TEXT)) {
          case TEXT -> Follow.text(command.getOut(), text, options.since());
          case JSONL -> Follow.jsonLines(command.getOut(), options.since());
          case HTML, CEL ->
              throw new ParameterException(command, "--follow has the forms text and jsonl");
        };
    while (follow.sees(journal.read())) {
      Thread.sleep(PAUSE);
    }
    command.getErr().println("the journal begins anew: it was replaced or cut short");
    command.getErr().flush();
    return Verification.EXIT_DAMAGED;
  }
}
