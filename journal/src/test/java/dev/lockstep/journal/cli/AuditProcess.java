package dev.lockstep.journal.cli;

import dev.lockstep.journal.event.EventText;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Runs the auditor's commands on one journal, as the command line does, in a process of their own
 * that a test can give little memory and little time.
 */
public final class AuditProcess {
  private AuditProcess() {}

  /** Takes the journal; behind each command's output stands a line with its exit code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    for (String command : List.of("verify", "show", "export")) {
      int exitCode =
          JournalMain.commandLine(new EventText())
              .setOut(out)
              .setErr(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
              .execute(command, arguments[0]);
      out.println("=" + command + " " + exitCode);
      out.flush();
    }
  }
}
