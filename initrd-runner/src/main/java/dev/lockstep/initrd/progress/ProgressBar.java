package dev.lockstep.initrd.progress;

import java.io.PrintStream;
import java.util.Locale;

/** One line that is written over; on anything but a terminal, a line every tenth. */
public final class ProgressBar {

  private static final int WIDTH = 40;
  private static final double MEBIBYTE = 1 << 20;

  private final PrintStream out;
  private final boolean terminal;
  private final Pace pace = new Pace(System::nanoTime);
  private boolean shown;
  private int lastTenth = -1;

  public ProgressBar(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  public void show(long doneBytes, long totalBytes) {
    if (totalBytes <= 0) {
      return;
    }
    int tenth = (int) (10 * doneBytes / totalBytes);
    String line = line(doneBytes, totalBytes);
    if (terminal) {
      out.print("\r" + line + "\u001b[K");
      out.flush();
      shown = true;
    } else if (tenth != lastTenth) {
      lastTenth = tenth;
      out.println(line);
    }
  }

  private String line(long doneBytes, long totalBytes) {
    int filled = (int) (WIDTH * doneBytes / totalBytes);
    Pace.Reading now = pace.at(doneBytes, totalBytes);
    String left =
        now.secondsLeft() >= 0
            ? String.format(Locale.ROOT, ", %.0f s left", now.secondsLeft())
            : "";
    return String.format(
        Locale.ROOT,
        "  %s%s %3d %%  %.0f of %.0f MiB, %.0f MiB/s%s, safe to power off",
        "█".repeat(filled),
        "░".repeat(WIDTH - filled),
        now.percent(),
        doneBytes / MEBIBYTE,
        totalBytes / MEBIBYTE,
        now.bytesPerSecond() / MEBIBYTE,
        left);
  }

  /** Makes room for an ordinary line. */
  public void clear() {
    if (shown) {
      out.print("\r\u001b[K");
      shown = false;
    }
  }
}
