package dev.lockstep.statemachine.boot;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * {@code /etc/crypttab} as its lines: our line is added or replaced, every other line stays as it
 * was. Format: crypttab(5), four fields separated by blanks, {@code #} starts a comment line.
 */
public final class Crypttab {
  /** A bound against hostile files. */
  public static final int MAX_LENGTH = 1024 * 1024;

  /** The name of the root volume's mapping. */
  public static final String ROOT = "root";

  private final List<String> lines;

  private Crypttab(List<String> lines) {
    this.lines = List.copyOf(lines);
  }

  /**
   * One volume.
   *
   * @param name of the mapping, as under /dev/mapper
   * @param device what it lies on: a path, {@code UUID=}, {@code PARTUUID=}
   * @param keyFile {@code none} or {@code -} for no file
   * @param options separated by commas
   */
  public record Volume(String name, String device, String keyFile, String options) {
    private static final String LIVE = ",nofail";
    private static final String INERT = ",noauto,nofail";

    public Volume {
      for (String field : List.of(name, device, keyFile, options)) {
        if (!isField(field)) {
          throw new IllegalArgumentException(
              "a crypttab field can't be empty or hold a blank: '" + field + "'");
        }
      }
      if (name.startsWith("#")) {
        throw new IllegalArgumentException(
            "a crypttab name can't start with #, it would be a comment");
      }
    }

    /** The root volume, opened in the initrd. */
    public static Volume root(UUID luksUuid, Opener opener) {
      return new Volume(ROOT, "UUID=" + luksUuid, "none", opener.option() + ",x-initrd.attach");
    }

    /** A data volume, opened at each boot. One that does not open keeps no system from booting. */
    public static Volume data(String name, UUID luksUuid, Opener opener) {
      return new Volume(name, "UUID=" + luksUuid, "none", opener.option() + LIVE);
    }

    /**
     * A data volume that is not proven yet. No boot opens it by itself: a header that a cut tore
     * may open all the same, and what is written behind it then lands in the only copy of the
     * filesystem's head.
     */
    public static Volume stagedData(String name, UUID luksUuid, Opener opener) {
      return new Volume(name, "UUID=" + luksUuid, "none", opener.option() + INERT);
    }

    /**
     * Swap with another key at each boot: nothing on it outlives the power.
     *
     * @param partitionUuid its PARTUUID: a path may be another partition's in the next boot, and
     *     whatever is there is overwritten
     */
    public static Volume randomSwap(String name, UUID partitionUuid) {
      return new Volume(
          name,
          "PARTUUID=" + partitionUuid,
          "/dev/urandom",
          "swap,cipher=aes-xts-plain64,size=512,plain");
    }

    /** Whether {@link #data} or {@link #stagedData} made it, for whichever volume and opener. */
    public boolean isData() {
      return isStagedData() || isAnyOf((uuid, opener) -> data(name, uuid, opener));
    }

    /** Whether {@link #stagedData} made it, for whichever volume and opener. */
    public boolean isStagedData() {
      return isAnyOf((uuid, opener) -> stagedData(name, uuid, opener));
    }

    /** What {@link #data} makes of the same volume and opener; any but a staged one as it is. */
    public Volume live() {
      return isStagedData()
          ? new Volume(name, device, keyFile, options.replace(INERT, LIVE))
          : this;
    }

    /** Whether {@link #root} made it, for whichever volume and opener. */
    public boolean isRoot() {
      return isAnyOf(Volume::root);
    }

    private boolean isAnyOf(BiFunction<UUID, Opener, Volume> made) {
      return device.matches("UUID=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
          && Arrays.stream(Opener.values())
              .map(opener -> made.apply(UUID.fromString(device.substring(5)), opener))
              .anyMatch(this::equals);
    }

    String line() {
      return String.join(" ", name, device, keyFile, options);
    }
  }

  /** Reads a crypttab; {@code parse(s).text()} is {@code s}. */
  public static Either<String, Crypttab> parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return Either.left(
          "crypttab has %d characters, more than the %d allowed"
              .formatted(text.length(), MAX_LENGTH));
    }
    if (text.indexOf('\0') >= 0) {
      return Either.left(
          "crypttab holds a zero byte: it was torn by a power cut, or is no text file");
    }
    return Either.right(new Crypttab(List.of(text.split("\n", -1))));
  }

  public static Crypttab empty() {
    return new Crypttab(List.of(""));
  }

  public String text() {
    return String.join("\n", lines);
  }

  /**
   * The volumes, in order; lines that are none (fewer than two fields, control characters) are left
   * out.
   */
  public List<Volume> volumes() {
    return lines.stream().flatMap(line -> volume(line).toJavaStream()).toList();
  }

  /**
   * What the lines call their devices, in order: of any that systemd would read, those that {@link
   * #volumes} leaves out among them.
   *
   * @param but of which volumes not
   */
  public List<String> devices(Predicate<Volume> but) {
    return lines.stream()
        .filter(line -> !volume(line).exists(but))
        .map(Crypttab::fields)
        .filter(fields -> fields.length > 1)
        .map(fields -> fields[1])
        .toList();
  }

  /**
   * Whether all lines of this name, which {@link #with} and {@link #without} would take away, are
   * volumes of this kind.
   */
  public boolean hasOnly(String name, Predicate<Volume> kind) {
    return lines.stream()
        .filter(line -> nameOf(line).equals(Option.some(name)))
        .allMatch(line -> volume(line).exists(kind));
  }

  /** With this volume, in the place of any of the same name; doing it twice changes nothing. */
  public Crypttab with(Volume wanted) {
    List<String> changed = new ArrayList<>();
    boolean placed = false;
    for (String line : lines) {
      if (!nameOf(line).equals(Option.some(wanted.name()))) {
        changed.add(line);
      } else if (!placed) {
        changed.add(wanted.line());
        placed = true;
      }
    }
    if (!placed) {
      int at = changed.getLast().isBlank() ? changed.size() - 1 : changed.size();
      changed.add(at, wanted.line());
    }
    if (!changed.getLast().isBlank()) {
      changed.add("");
    }
    return new Crypttab(changed);
  }

  /** Without any volume of this name: what undo does. */
  public Crypttab without(String name) {
    List<String> kept =
        lines.stream().filter(line -> !nameOf(line).equals(Option.some(name))).toList();
    return new Crypttab(kept.isEmpty() ? List.of("") : kept);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Crypttab crypttab && crypttab.lines.equals(lines);
  }

  @Override
  public int hashCode() {
    return lines.hashCode();
  }

  @Override
  public String toString() {
    return text();
  }

  private static Option<String> nameOf(String line) {
    return Option.of(fields(line)).filter(fields -> fields.length > 0).map(fields -> fields[0]);
  }

  private static Option<Volume> volume(String line) {
    String[] fields = fields(line);
    if (fields.length < 2 || !List.of(fields).stream().allMatch(Crypttab::isField)) {
      return Option.none();
    }
    String keyFile = fields.length > 2 ? fields[2] : "none";
    String options = fields.length > 3 ? fields[3] : "luks";
    return Option.some(new Volume(fields[0], fields[1], keyFile, options));
  }

  private static boolean isField(String text) {
    return !text.isEmpty()
        && text.chars().noneMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c));
  }

  private static String[] fields(String line) {
    String stripped = line.strip();
    return stripped.isEmpty() || stripped.startsWith("#")
        ? new String[0]
        : stripped.split("\\s+", -1);
  }
}
