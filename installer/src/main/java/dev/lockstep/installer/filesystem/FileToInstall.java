package dev.lockstep.installer.filesystem;

import java.nio.file.Path;

/**
 * A file that the installer puts into a filesystem it builds; it will belong to root.
 *
 * @param path absolute, within the filesystem
 * @param content the file on the host that holds the bytes
 * @param mode permission bits, as {@code 0644}; FAT keeps none
 */
public record FileToInstall(String path, Path content, int mode) {
  private static final int MAX_PATH = 1024;

  public FileToInstall {
    requireSafe(path);
    if ((mode & ~07777) != 0) {
      throw new IllegalArgumentException("'%o' is no file mode".formatted(mode));
    }
  }

  /**
   * Refuses what a script for debugfs or mtools could misread: quotes, control characters, relative
   * parts.
   */
  static void requireSafe(String path) {
    boolean odd = path.chars().anyMatch(c -> c == '"' || Character.isISOControl(c));
    if (!path.startsWith("/") || path.endsWith("/") || odd || path.length() > MAX_PATH) {
      throw new IllegalArgumentException(
          "'%s' can't be the path of an installed file"
              .formatted(path.replaceAll("\\p{Cntrl}", "?")));
    }
    for (String part : path.substring(1).split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw new IllegalArgumentException("'%s' has an empty or relative part".formatted(path));
      }
    }
  }
}
