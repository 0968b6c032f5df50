package dev.lockstep.simulator.qemu;

import dev.lockstep.journal.verify.JournalSource;
import dev.lockstep.journal.verify.Verification;
import dev.lockstep.simulator.demo.DemoFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a system that came up behind its first boot has kept of it, as whoever logs in finds it. */
final class SystemReport {

  private static final List<String> NOTICES =
      List.of("etc/issue.d/lockstep.issue", "etc/motd.d/lockstep");

  private static final String SAYS = "The recovery key was handed over";

  private SystemReport() {}

  /**
   * Looks for it.
   *
   * @param root the system's
   * @return a sentence
   */
  static String check(Path root) throws IOException, DemoFailed {
    for (String notice : NOTICES) {
      Path file = root.resolve(notice);
      if (!Files.isRegularFile(file) || !Files.readString(file).contains(SAYS)) {
        throw new DemoFailed(30, "The notice about the recovery key is not in /" + notice + ".");
      }
    }
    Path copy = root.resolve("var/log/lockstep");
    if (!Files.isDirectory(copy)) {
      throw new DemoFailed(30, "The system keeps no copy of the journal.");
    }
    Verification kept = JournalSource.verify(copy);
    if (kept.exitCode() != Verification.EXIT_SOUND) {
      throw new DemoFailed(30, "The system's copy of the journal: " + kept.sentences().getFirst());
    }
    return "The system has told of it: the notice is in issue.d and motd.d, its copy of the journal"
        + " verifies";
  }
}
