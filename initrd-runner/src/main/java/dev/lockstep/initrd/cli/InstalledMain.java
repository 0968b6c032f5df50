package dev.lockstep.initrd.cli;

import dev.lockstep.journal.cli.JournalMain;
import java.io.IOException;
import java.util.Arrays;

/** The installed commands: the runner's own, and the journal's, which stand a floor below. */
public final class InstalledMain {

  private InstalledMain() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0 && arguments[0].equals("journal")) {
      JournalMain.main(Arrays.copyOfRange(arguments, 1, arguments.length));
    } else {
      RunnerMain.main(arguments);
    }
  }
}
