package dev.lockstep.simulator.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a machine has said on its serial line so far. For one thread. */
final class Console {

  /**
   * Behind the log's words where a unit of systemd's prints it, alone on its line where none is.
   */
  private static final String FROM_LOCKSTEP = "(?:^|lockstep\\[\\d+]:) *";

  private static final Pattern STEP = Pattern.compile(FROM_LOCKSTEP + "[→✓] ");

  /** On a terminal it is written over again and again. */
  private static final Pattern BAR = Pattern.compile(FROM_LOCKSTEP + "[█░]+ +(\\d*)\\d %");

  /** And what clears a line, or sets a terminal up for a question. */
  private static final Pattern COLOURS = Pattern.compile("\u001b(?:\\[[0-9;?!]*[a-zA-Z]|[78c])");

  private final Path file;
  private byte[] bytes = {};
  private String text = "";

  /**
   * A serial line.
   *
   * @param file that it is written to; need not be there yet
   */
  Console(Path file) {
    this.file = file;
  }

  /** Taken apart only where more was said: it is asked many times a second, beside the machine. */
  String text() throws IOException {
    if (Files.exists(file) && Files.size(file) != bytes.length) {
      bytes = Files.readAllBytes(file);
      String raw = new String(bytes, StandardCharsets.UTF_8);
      text = COLOURS.matcher(raw).replaceAll("").replaceAll("\r*\n", "\n").replace('\r', '\n');
    }
    return text;
  }

  /** How many steps of the first boot it has told of. */
  int progress() throws IOException {
    return told().size();
  }

  /** The last step that it told of, without what the kernel writes before it. */
  String lastStep() throws IOException {
    List<String> told = told();
    return told.isEmpty() ? "" : told.getLast().replaceFirst(".*lockstep\\[\\d+]:", "").strip();
  }

  private List<String> told() throws IOException {
    List<String> told = new ArrayList<>();
    String tenth = "none";
    for (String line : text().lines().toList()) {
      Matcher bar = BAR.matcher(line);
      boolean isBar = bar.find();
      if (isBar ? !bar.group(1).equals(tenth) : STEP.matcher(line).find()) {
        told.add(line);
      }
      tenth = isBar ? bar.group(1) : tenth;
    }
    return told;
  }

  boolean says(String words) throws IOException {
    return text().contains(words);
  }

  /** Why a machine may have stopped. */
  String tail() throws IOException {
    List<String> lines = text().lines().filter(line -> !line.isBlank()).toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 25), lines.size()));
  }
}
