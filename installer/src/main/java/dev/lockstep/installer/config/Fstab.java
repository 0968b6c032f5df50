package dev.lockstep.installer.config;

import io.vavr.control.Either;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * {@code /etc/fstab} as its lines: a mount point that the tree already provides for is left to the
 * tree. Format: fstab(5).
 */
public final class Fstab {
  private static final int MAX_LENGTH = 1024 * 1024;

  private final List<String> lines;

  private Fstab(List<String> lines) {
    this.lines = List.copyOf(lines);
  }

  /**
   * One mount.
   *
   * @param device as {@code UUID=…}
   * @param directory absolute
   * @param type of filesystem
   * @param options separated by commas
   * @param fsckPass 1 for root, 2 for others, 0 for none
   */
  public record Mount(String device, String directory, String type, String options, int fsckPass) {
    public Mount {
      for (String field : List.of(device, directory, type, options)) {
        if (field.isEmpty()
            || field.startsWith("#")
            || field
                .chars()
                .anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
          throw new IllegalArgumentException("'" + field + "' can't be a field of fstab");
        }
      }
    }

    /**
     * The root filesystem. It must not grow by itself: in the clear it would grow into the room
     * that encryption needs behind it.
     */
    public static Mount root(UUID filesystem, String type) {
      // fsck of XFS and btrfs does nothing at boot.
      return new Mount("UUID=" + filesystem, "/", type, "defaults", type.equals("ext4") ? 1 : 0);
    }

    /** The boot partition; a system whose boot partition is damaged still starts. */
    public static Mount boot(UUID partition, String type) {
      return new Mount(
          "PARTUUID=" + partition, "/boot", type, "defaults,nofail", type.equals("vfat") ? 0 : 2);
    }

    String line() {
      return "%s %s %s %s 0 %d".formatted(device, directory, type, options, fsckPass);
    }
  }

  /** Reads an fstab; {@code parse(s).text()} is {@code s}. */
  public static Either<String, Fstab> parse(String text) {
    if (text.length() > MAX_LENGTH || text.indexOf('\0') >= 0) {
      return Either.left("the source's /etc/fstab is no text file of sensible size");
    }
    return Either.right(new Fstab(List.of(text.split("\n", -1))));
  }

  public String text() {
    return String.join("\n", lines);
  }

  /** With this mount, unless its mount point has one. */
  public Fstab with(Mount mount) {
    if (lines.stream().anyMatch(line -> isFor(line, mount.directory()))) {
      return this;
    }
    List<String> changed = new ArrayList<>(lines);
    int at = changed.getLast().isBlank() ? changed.size() - 1 : changed.size();
    changed.add(at, mount.line());
    if (!changed.getLast().isBlank()) {
      changed.add("");
    }
    return new Fstab(changed);
  }

  private static boolean isFor(String line, String directory) {
    String stripped = line.strip();
    String[] fields = stripped.split("\\s+", -1);
    return !stripped.startsWith("#") && fields.length > 1 && fields[1].equals(directory);
  }
}
