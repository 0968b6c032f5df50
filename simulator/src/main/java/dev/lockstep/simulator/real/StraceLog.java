package dev.lockstep.simulator.real;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What strace has written so far, read while it writes on.
 *
 * <pre>
 *  101 fsync(7&lt;/dev/loop1&gt;) = 0
 *  101 --- SIGSTOP {si_signo=SIGSTOP, …} ---
 *  101 --- stopped by SIGSTOP ---
 *  102 fsync(6&lt;/a&gt; &lt;unfinished ...&gt;       the two halves of a call that another one interrupts
 *  102 &lt;... fsync resumed&gt;) = 0
 * </pre>
 */
final class StraceLog implements AutoCloseable {

  private static final Pattern LINE = Pattern.compile("(\\d+) +(.*)");
  private static final Pattern CALL = Pattern.compile("(\\w+)\\((.*?)(\\) += .*| <unfinished.*)");
  private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. (\\w+) resumed>.*\\) += .*");
  private static final Pattern NAMED = Pattern.compile("\\d+<(.*)>.*");

  private final RandomAccessFile file;
  private final StringBuilder torn = new StringBuilder();
  private final Map<Long, String> unfinished = new HashMap<>();
  private final Set<Long> aboutToStop = new HashSet<>();
  private final List<SyncPoint> points = new ArrayList<>();

  StraceLog(Path path) throws IOException {
    this.file = new RandomAccessFile(path.toFile(), "r");
  }

  /** Every sync so far, in the order in which they returned. */
  List<SyncPoint> points() {
    return List.copyOf(points);
  }

  /**
   * Reads on.
   *
   * @return the threads that have stopped behind a sync since the last call
   */
  List<Long> readOn() throws IOException {
    List<Long> stopped = new ArrayList<>();
    byte[] bytes = new byte[(int) Math.min(1 << 20, file.length() - file.getFilePointer())];
    file.readFully(bytes);
    torn.append(new String(bytes, StandardCharsets.ISO_8859_1));
    for (int end = torn.indexOf("\n"); end >= 0; end = torn.indexOf("\n")) {
      Matcher line = LINE.matcher(torn.substring(0, end));
      torn.delete(0, end + 1);
      if (line.matches()) {
        long thread = Long.parseLong(line.group(1));
        if (hear(thread, line.group(2))) {
          stopped.add(thread);
        }
      }
    }
    return stopped;
  }

  private boolean hear(long thread, String text) throws IOException {
    if (text.startsWith("--- stopped by SIGSTOP")) {
      return aboutToStop.remove(thread);
    }
    Matcher resumed = RESUMED.matcher(text);
    if (resumed.matches()) {
      returned(thread, resumed.group(1), unfinished.getOrDefault(thread, ""));
      return false;
    }
    Matcher call = CALL.matcher(text);
    if (call.matches()) {
      if (call.group(3).startsWith(" <unfinished")) {
        unfinished.put(thread, call.group(2));
      } else {
        returned(thread, call.group(1), call.group(2));
      }
    }
    return false;
  }

  private void returned(long thread, String call, String argument) throws IOException {
    Matcher named = NAMED.matcher(argument);
    String target = named.matches() ? named.group(1) : argument;
    if (call.equals("msync")) {
      target = SyncTarget.MAPPED; // an address says nothing; only the journal is forced so
    }
    points.add(new SyncPoint(points.size() + 1, thread, call, target));
    if (!aboutToStop.add(thread)) {
      throw new IOException("a sync was missed: thread " + thread + " went on behind it");
    }
  }

  /** At the end of a run: each sync was followed by a stop of its thread. */
  void requireAllStopped() throws IOException {
    if (!aboutToStop.isEmpty()) {
      throw new IOException("a sync was missed: threads " + aboutToStop + " did not stop");
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
