package dev.lockstep.simulator.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What a machine has said on its serial line so far. */
record Console(Path file) {

  /** Steps, outcomes and tenths of the conversion, as the first boot's unit prints them. */
  private static final Pattern PROGRESS = Pattern.compile("lockstep\\[\\d+]: *(→|✓|[█░]+ )");

  private static final Pattern COLOURS = Pattern.compile("\u001b\\[[0-9;]*m");

  String text() throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    String raw = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    return COLOURS.matcher(raw).replaceAll("").replace("\r", "");
  }

  /** How many steps of the first boot it has told of. */
  int progress() throws IOException {
    return (int) text().lines().filter(line -> PROGRESS.matcher(line).find()).count();
  }

  /** The last step that it told of, without what the kernel writes before it. */
  String lastStep() throws IOException {
    List<String> told = text().lines().filter(line -> PROGRESS.matcher(line).find()).toList();
    return told.isEmpty() ? "" : told.getLast().replaceFirst(".*lockstep\\[\\d+]: *", "");
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
