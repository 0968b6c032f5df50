package dev.lockstep.statemachine.boot;

import io.vavr.control.Either;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /etc/fstab} as its lines (fstab(5): blanks between fields, {@code #} begins a comment
 * line). A line that is changed is kept above its successor, as a comment, so that it can be put
 * back as it was:
 *
 * <pre>
 *   #lockstep:home# PARTLABEL=home  /home  ext4  defaults  0 2
 *   UUID=0b1c…  /home  ext4  defaults  0 2
 * </pre>
 */
public final class Fstab {

  /** A bound against hostile files. */
  public static final int MAX_LENGTH = 1024 * 1024;

  /** What a partition is called after its disk or its turn, which another boot may change. */
  private static final Pattern CHANGING_NAME =
      Pattern.compile(DeviceField.KERNEL_NAME + "|/dev/(disk/by-(id|path|diskseq)|block)/\\S+");

  private final List<String> lines;

  private Fstab(List<String> lines) {
    this.lines = List.copyOf(lines);
  }

  /** Reads one; {@code parse(s).text()} is {@code s}. */
  public static Either<String, Fstab> parse(String text) {
    if (text.length() > MAX_LENGTH || text.indexOf('\0') >= 0) {
      return Either.left("it is far too long, or holds a zero byte as no text file does");
    }
    return Either.right(new Fstab(List.of(text.split("\n", -1))));
  }

  public String text() {
    return String.join("\n", lines);
  }

  /** Whether a line that is in force names one of these devices in its first field. */
  public boolean names(Set<String> devices) {
    return lines.stream().anyMatch(line -> namesOne(line, devices));
  }

  /**
   * The devices of lines in force that are named by what may change between boots.
   *
   * @param swap of swap, or of everything else
   */
  public List<String> changingNames(boolean swap) {
    return lines.stream()
        .filter(line -> isSwap(line) == swap)
        .flatMap(line -> device(line).stream())
        .filter(device -> CHANGING_NAME.matcher(device).matches())
        .distinct()
        .toList();
  }

  /** With {@code device} in the place of any of these; doing it twice changes nothing. */
  public Fstab pointed(String name, Set<String> devices, String device) {
    List<String> changed = new ArrayList<>();
    for (String line : lines) {
      if (namesOne(line, devices)) {
        changed.add(mark(name) + line);
        changed.add(withDevice(line, device));
      } else {
        changed.add(line);
      }
    }
    return new Fstab(changed);
  }

  /** With a line more, under a comment that says whose it is. */
  public Fstab added(String name, String line) {
    List<String> changed = new ArrayList<>(lines);
    int end = changed.getLast().isEmpty() ? changed.size() - 1 : changed.size();
    changed.addAll(end, List.of(mark(name), line));
    return new Fstab(changed);
  }

  /** Whether anything in it is {@link #pointed} or {@link #added} for this name. */
  public boolean isChangedFor(String name) {
    return lines.stream().anyMatch(line -> line.startsWith(mark(name)));
  }

  /** As it was before that. A line in the place of ours that we did not make is left there. */
  public Fstab restored(String name) {
    List<String> before = new ArrayList<>();
    Optional<String> replaced = Optional.empty();
    for (String line : lines) {
      boolean ours = replaced.filter(old -> isSuccessor(name, old, line)).isPresent();
      replaced =
          line.startsWith(mark(name))
              ? Optional.of(line.substring(mark(name).length()))
              : Optional.empty();
      String kept = replaced.orElse(line);
      if (!ours && (replaced.isEmpty() || !kept.isEmpty())) {
        before.add(kept);
      }
    }
    return new Fstab(before.isEmpty() ? List.of("") : before);
  }

  /** The two kinds of device that {@link #pointed} and {@link #added} are ever given. */
  private static boolean isSuccessor(String name, String replaced, String line) {
    String mapped = "/dev/mapper/" + name;
    return device(line)
        .filter(
            device ->
                replaced.isEmpty()
                    ? device.equals(mapped)
                    : (device.equals(mapped) || device.startsWith("UUID="))
                        && line.equals(withDevice(replaced, device)))
        .isPresent();
  }

  private static String withDevice(String line, String device) {
    return line.replaceFirst("\\S+", Matcher.quoteReplacement(device));
  }

  private static String mark(String name) {
    return "#lockstep:" + name + "# ";
  }

  private static boolean namesOne(String line, Set<String> devices) {
    return device(line).stream()
        .flatMap(field -> DeviceField.spellings(field).stream())
        .anyMatch(field -> devices.contains(folded(field)));
  }

  private static boolean isSwap(String line) {
    String[] fields = line.strip().split("\\s+", -1);
    return fields.length > 2 && fields[2].equals("swap");
  }

  /** The first field of a line that is in force, its value without quotation marks. */
  private static Optional<String> device(String line) {
    return line.isBlank() || line.strip().startsWith("#")
        ? Optional.empty()
        : Arrays.stream(line.strip().split("\\s+", 2))
            .findFirst()
            .map(field -> field.replace("\"", ""));
  }

  /** Identifiers of partitions are compared without regard to case, names as they are. */
  private static String folded(String field) {
    boolean identifier =
        field.startsWith("PARTUUID=")
            || field.startsWith("UUID=")
            || field.startsWith("/dev/disk/by-partuuid/")
            || field.startsWith("/dev/disk/by-uuid/");
    int at = Math.max(field.lastIndexOf('='), field.lastIndexOf('/')) + 1;
    return identifier
        ? field.substring(0, at) + field.substring(at).toLowerCase(java.util.Locale.ROOT)
        : field;
  }
}
