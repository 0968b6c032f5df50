package dev.lockstep.journal.cli;

import dev.lockstep.journal.verify.JsonForm;
import dev.lockstep.journal.verify.Verification;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says whether a journal is sound, and names the first record that is not. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Says whether a journal is sound, and names the first bad record.",
    exitCodeListHeading = "Exit codes: ",
    exitCodeList = {"0:sound", "20:damaged or tampered with"})
final class VerifyCommand implements Callable<Integer> {
  @Mixin private JournalArgument journal;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "The verdict as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Verification verification = new Verification(journal.read());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonForm.verdict(verification));
    } else {
      verification.sentences().forEach(out::println);
    }
    out.flush();
    return verification.exitCode();
  }
}
