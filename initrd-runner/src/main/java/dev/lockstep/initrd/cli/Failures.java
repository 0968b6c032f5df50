package dev.lockstep.initrd.cli;

import dev.lockstep.initrd.runner.JournalEvents;
import dev.lockstep.journal.cli.PlainErrors;
import dev.lockstep.statemachine.machine.Refusal;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** Every failure is one sentence and an exit code; never a stack trace. */
final class Failures {

  private Failures() {}

  static int report(Exception failure, CommandLine command, ParseResult parsed) {
    command.getErr().println("lockstep: " + PlainErrors.sentence(failure));
    command.getErr().flush();
    return failure instanceof JournalEvents.Damaged
        ? Refusal.Kind.JOURNAL.exitCode()
        : Refusal.Kind.FAILED.exitCode();
  }
}
