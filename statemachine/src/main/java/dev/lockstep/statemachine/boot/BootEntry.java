package dev.lockstep.statemachine.boot;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A Boot Loader Specification type 1 entry ({@code loader/entries/*.conf}) as its lines, so that an
 * edit leaves every line it does not concern as it was: comments, unknown keys, order, indentation,
 * line ends.
 *
 * <p>A line is {@code key value}, a comment ({@code #}) or empty; keys come in any order; {@code
 * options} may repeat, and its values are joined with a blank. Source:
 * uapi-group.org/specifications/specs/boot_loader_specification.
 */
public final class BootEntry {
  /** A bound against hostile files; real entries have a few hundred bytes. */
  public static final int MAX_LENGTH = 64 * 1024;

  private static final String OPTIONS = "options";

  private final List<String> lines;

  private BootEntry(List<String> lines) {
    this.lines = List.copyOf(lines);
  }

  /** One {@code key value} line. */
  public record Field(String key, String value) {
    public Field {
      if (key.isEmpty() || key.startsWith("#") || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
        throw new IllegalArgumentException("'" + key + "' can't be the key of a boot entry");
      }
      if (value.isBlank()
          || value.chars().anyMatch(Character::isISOControl)
          || !value.equals(value.strip())) {
        throw new IllegalArgumentException(
            "the value of '" + key + "' in a boot entry is empty or would break its line");
      }
    }
  }

  /** Reads an entry; {@code parse(s).text()} is {@code s}. The left side is one sentence. */
  public static Either<String, BootEntry> parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return Either.left(
          "the boot entry has %d characters, more than the %d allowed"
              .formatted(text.length(), MAX_LENGTH));
    }
    if (text.indexOf('\0') >= 0) {
      return Either.left(
          "the boot entry holds a zero byte: it was torn by a power cut, or is no text file");
    }
    BootEntry entry = new BootEntry(List.of(text.split("\n", -1)));
    for (String value : entry.values(OPTIONS)) {
      Either<String, KernelCommandLine> options = KernelCommandLine.parse(value);
      if (options.isLeft()) {
        return Either.left("the boot entry's options can't be read: " + options.getLeft());
      }
    }
    return KernelCommandLine.parse(String.join(" ", entry.values(OPTIONS))).map(whole -> entry);
  }

  /** A new entry of these lines. */
  public static BootEntry of(List<Field> fields) {
    StringBuilder text = new StringBuilder();
    fields.forEach(
        field -> text.append(field.key()).append(' ').append(field.value()).append('\n'));
    return parse(text.toString()).getOrElseThrow(message -> new IllegalArgumentException(message));
  }

  public String text() {
    return String.join("\n", lines);
  }

  /** The values of every line of this key, in order. */
  public List<String> values(String key) {
    return lines.stream()
        .flatMap(line -> Split.of(line).toJavaStream())
        .filter(split -> split.key().equals(key))
        .map(Split::value)
        .toList();
  }

  /** The first value of this key. */
  public Option<String> value(String key) {
    return Option.ofOptional(values(key).stream().findFirst());
  }

  /** All {@code options} lines as the one command line that the loader makes of them. */
  public KernelCommandLine kernelCommandLine() {
    return readOptions(String.join(" ", values(OPTIONS)));
  }

  /** Without the kernel arguments that match; an {@code options} line left empty goes too. */
  public BootEntry without(Predicate<KernelArgument> unwanted) {
    return editOptions(options -> options.without(unwanted));
  }

  /**
   * With these kernel arguments, at the end of the kernel's own; those already there are not added
   * again.
   */
  public BootEntry with(List<KernelArgument> wanted) {
    List<KernelArgument> present = kernelCommandLine().arguments();
    List<KernelArgument> missing =
        wanted.stream().filter(argument -> !present.contains(argument)).toList();
    if (missing.isEmpty()) {
      return this;
    }
    int target = lineToExtend();
    if (target < 0) {
      List<String> extended = new ArrayList<>(lines);
      int at = extended.getLast().isBlank() ? extended.size() - 1 : extended.size();
      extended.add(at, OPTIONS + " " + KernelCommandLine.of(missing).text());
      return new BootEntry(extended);
    }
    List<String> extended = new ArrayList<>(lines);
    Split split = Split.of(lines.get(target)).get();
    extended.set(target, split.withValue(readOptions(split.value()).with(missing).text()));
    return new BootEntry(extended);
  }

  /**
   * With the first line of this key carrying this value; a key that is not there yet is put at the
   * top.
   */
  public BootEntry withField(Field field) {
    List<String> changed = new ArrayList<>(lines);
    for (int index = 0; index < changed.size(); index++) {
      Option<Split> split =
          Split.of(changed.get(index)).filter(found -> found.key().equals(field.key()));
      if (split.isDefined()) {
        changed.set(index, split.get().withValue(field.value()));
        return new BootEntry(changed);
      }
    }
    changed.addFirst(field.key() + " " + field.value());
    return new BootEntry(changed);
  }

  /** The trigger on this entry's command line, if any. */
  public Either<String, Option<Trigger>> trigger() {
    return Trigger.find(kernelCommandLine());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BootEntry entry && entry.lines.equals(lines);
  }

  @Override
  public int hashCode() {
    return lines.hashCode();
  }

  @Override
  public String toString() {
    return text();
  }

  private BootEntry editOptions(UnaryOperator<KernelCommandLine> edit) {
    List<String> edited = new ArrayList<>();
    boolean initArguments = false;
    for (String line : lines) {
      Option<Split> split = Split.of(line).filter(found -> found.key().equals(OPTIONS));
      if (split.isEmpty() || initArguments) {
        edited.add(line);
        continue;
      }
      KernelCommandLine before = readOptions(split.get().value());
      KernelCommandLine after = edit.apply(before);
      initArguments = before.hasInitArguments();
      if (after.equals(before)) {
        edited.add(line);
      } else if (!after.text().isBlank()) {
        edited.add(split.get().withValue(after.text().strip()));
      }
    }
    return new BootEntry(edited.isEmpty() ? List.of("") : edited);
  }

  /**
   * The {@code options} line that hands over to init, since nothing may be added behind it; else
   * the last one; else -1.
   */
  private int lineToExtend() {
    int last = -1;
    for (int index = 0; index < lines.size(); index++) {
      Option<Split> split = Split.of(lines.get(index)).filter(found -> found.key().equals(OPTIONS));
      if (split.isDefined()) {
        last = index;
        if (readOptions(split.get().value()).hasInitArguments()) {
          return index;
        }
      }
    }
    return last;
  }

  private static KernelCommandLine readOptions(String value) {
    return KernelCommandLine.parse(value)
        .getOrElseThrow(message -> new IllegalStateException(message));
  }

  /**
   * A {@code key value} line cut so that another value can be put in without touching the rest of
   * it.
   */
  private record Split(String before, String key, String value, String after) {
    static Option<Split> of(String line) {
      String stripped = line.strip();
      if (stripped.isEmpty() || stripped.startsWith("#")) {
        return Option.none();
      }
      int start = line.indexOf(stripped);
      int keyLength = 0;
      while (keyLength < stripped.length() && !Character.isWhitespace(stripped.charAt(keyLength))) {
        keyLength++;
      }
      String key = stripped.substring(0, keyLength);
      String value = stripped.substring(keyLength).strip();
      int end = start + stripped.length();
      return Option.some(
          new Split(line.substring(0, end - value.length()), key, value, line.substring(end)));
    }

    String withValue(String replacement) {
      String gap = Character.isWhitespace(before.charAt(before.length() - 1)) ? "" : " ";
      return before + gap + replacement + after;
    }
  }
}
