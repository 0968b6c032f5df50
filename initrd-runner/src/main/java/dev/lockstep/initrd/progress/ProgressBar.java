package dev.lockstep.initrd.progress;

import java.io.PrintStream;
import java.util.Locale;

/** One line that is written over; on anything but a terminal, a line every tenth. */
public final class ProgressBar {

  private static final int WIDTH = 40;
  private static final double MEBIBYTE = 1 << 20;

  private final PrintStream out;
  private final boolean terminal;
  private boolean shown;
  private long begunNanos;
  private long firstDoneBytes = -1;
  private int lastTenth = -1;

  public ProgressBar(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  public void show(long doneBytes, long totalBytes) {
    if (totalBytes <= 0) {
      return;
    }
    if (firstDoneBytes < 0) {
      firstDoneBytes = doneBytes;
      begunNanos = System.nanoTime();
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
    double seconds = (System.nanoTime() - begunNanos) / 1e9;
    double rate = seconds > 0 ? (doneBytes - firstDoneBytes) / seconds : 0;
    String left =
        rate > 0
            ? String.format(Locale.ROOT, ", %.0f s left", (totalBytes - doneBytes) / rate)
            : "";
    return String.format(
        Locale.ROOT,
        "  %s%s %3d %%  %.0f of %.0f MiB, %.0f MiB/s%s, safe to power off",
        "█".repeat(filled),
        "░".repeat(WIDTH - filled),
        100 * doneBytes / totalBytes,
        doneBytes / MEBIBYTE,
        totalBytes / MEBIBYTE,
        rate / MEBIBYTE,
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
