package dev.lockstep.simulator.fidelity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What strace saw of one device, as {@link Act}s.
 *
 * <pre>
 *  101 openat(AT_FDCWD&lt;/&gt;, "/tmp/x/PLACE", O_WRONLY|O_CREAT…) = 8&lt;/tmp/x/PLACE&gt;    a step begins
 *  101 openat(AT_FDCWD&lt;/&gt;, "/dev/loop0", O_RDWR|O_DIRECT) = 14&lt;/dev/loop0&gt;
 *  101 lseek(14&lt;/dev/loop0&gt;, 16384, SEEK_SET) = 16384
 *  101 write(14&lt;/dev/loop0&gt;, ""..., 4096) = 4096
 *  101 pwrite64(8&lt;/dev/loop0&gt;, ""..., 1048576, 0) = 1048576
 *  101 fdatasync(14&lt;/dev/loop0&gt; &lt;unfinished ...&gt;      the two halves of a call that is interrupted
 *  101 &lt;... fdatasync resumed&gt;) = 0
 * </pre>
 */
final class LibraryLog {

  private static final Pattern LINE = Pattern.compile("(\\d+) +(.*)");
  private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. \\w+ resumed>(.*)");
  private static final Pattern CALL = Pattern.compile("(\\w+)\\((.*)\\) += (-?\\d+|\\?)(.*)");
  private static final Pattern ON = Pattern.compile("(\\d+)<([^>]*)>(?:, (.*))?");
  private static final String UNFINISHED = " <unfinished ...>";

  /** They ask, or change nothing that a cut could take. */
  private static final Set<String> HARMLESS =
      Set.of("close", "pread64", "fstat", "fstatfs", "newfstatat", "fadvise64", "fcntl", "flock");

  private final String device;
  private final Map<Step, List<Act>> acts = new EnumMap<>(Step.class);
  private final Map<String, String> unfinished = new HashMap<>();
  private final Map<Integer, Long> positions = new HashMap<>();
  private final Map<Integer, Boolean> libraries = new HashMap<>();
  private List<Act> now = new ArrayList<>();

  LibraryLog(String device) {
    this.device = device;
  }

  Map<Step, List<Act>> acts() {
    return acts;
  }

  /** One line of strace's. */
  void hear(String text) throws IOException {
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      return;
    }
    String said = line.group(2);
    Matcher resumed = RESUMED.matcher(said);
    if (said.endsWith(UNFINISHED)) {
      unfinished.put(line.group(1), said.substring(0, said.length() - UNFINISHED.length()));
    } else if (resumed.matches()) {
      call(unfinished.getOrDefault(line.group(1), "") + resumed.group(1));
    } else {
      call(said);
    }
  }

  private void call(String text) throws IOException {
    Matcher call = CALL.matcher(text);
    if (!call.matches() || call.group(3).startsWith("-") || call.group(3).equals("?")) {
      return; // a signal, a failure, or what a kill has prevented
    }
    long result = Long.parseLong(call.group(3));
    if (call.group(1).equals("openat")) {
      opened(Math.toIntExact(result), call.group(4), call.group(2));
      return;
    }
    Matcher on = ON.matcher(call.group(2));
    if (on.matches() && on.group(2).startsWith(device)) {
      done(call.group(1), Integer.parseInt(on.group(1)), on.group(3), result, text);
    }
  }

  private void opened(int descriptor, String named, String arguments) {
    positions.put(descriptor, 0L);
    // libcryptsetup goes past the cache where it can; its adapter's flushes go through it
    libraries.put(descriptor, arguments.contains("O_DIRECT"));
    String name = named.replaceAll(".*/|>.*", "");
    if (named.startsWith("<" + device) || !arguments.contains("O_CREAT")) {
      return;
    }
    now = new ArrayList<>();
    for (Step step : Step.values()) {
      if (step.name().equals(name)) {
        acts.put(step, now);
      }
    }
  }

  private void done(String name, int descriptor, String arguments, long result, String text)
      throws IOException {
    switch (name) {
      case "lseek" -> positions.put(descriptor, result);
      case "read" -> positions.merge(descriptor, result, Long::sum);
      case "write" -> {
        now.add(new Act.Write(positions.getOrDefault(descriptor, 0L), result));
        positions.merge(descriptor, result, Long::sum);
      }
      case "pwrite64" -> {
        String offset = arguments.substring(arguments.lastIndexOf(' ') + 1);
        now.add(new Act.Write(Long.parseLong(offset), result));
      }
      case "fsync", "fdatasync" ->
          now.add(new Act.Barrier(name, libraries.getOrDefault(descriptor, false)));
      default -> {
        boolean asks = name.equals("ioctl") && arguments.matches("BLK\\w*(GET\\w*|ROTATIONAL).*");
        if (!asks && !HARMLESS.contains(name)) {
          throw new IOException("the recorder does not know what this does to a disk: " + text);
        }
      }
    }
  }
}
