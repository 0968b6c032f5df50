package dev.lockstep.simulator.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Every file of the source against its like in the decrypted volume: type, mode, owner, time, size,
 * content, link target, hard links and extended attributes. And the other way about: nothing may be
 * in the volume that neither the source nor Lockstep put there.
 */
final class TreeComparison {

  private static final String GROWTH_UNIT = "etc/systemd/system/lockstep-grow.service";
  private static final String GROWTH_LINK =
      "etc/systemd/system/multi-user.target.wants/lockstep-grow.service";

  /** What the installer and the first boot write themselves. */
  private static final Set<String> OURS =
      Set.of("etc/crypttab", "etc/fstab", GROWTH_UNIT, GROWTH_LINK);

  /** Folders that are made, or changed by what is put into them. */
  private static final Set<String> FOLDERS_OF_OURS =
      Set.of(
          "",
          "etc",
          "etc/systemd",
          "etc/systemd/system",
          "etc/systemd/system/multi-user.target.wants",
          "boot",
          "efi",
          "lost+found");

  private static final String ATTRIBUTES = "unix:mode,uid,gid,size,ino,nlink,lastModifiedTime";

  private final Path source;
  private final Path volume;
  private final Map<Object, Object> inodes = new HashMap<>();
  private long files;
  private long bytes;

  private TreeComparison(Path source, Path volume) {
    this.source = source;
    this.volume = volume;
  }

  /**
   * What was compared.
   *
   * @param files folders and links included
   * @param bytes of content
   */
  record Result(long files, long bytes) {}

  static Result compare(Path source, Path volume) throws IOException, DemoFailed {
    TreeComparison comparison = new TreeComparison(source, volume);
    Map<String, Path> wanted = paths(source);
    Set<String> found = new TreeSet<>(paths(volume).keySet());
    for (String path : wanted.keySet()) {
      Check.require(found.remove(path), "/" + path + " of the source is not in the volume.");
      if (!OURS.contains(path)) {
        comparison.compare(path);
      }
    }
    found.removeAll(OURS);
    found.removeAll(FOLDERS_OF_OURS);
    Check.require(found.isEmpty(), "The volume holds what nobody put there: " + found);
    return new Result(comparison.files, comparison.bytes);
  }

  /** All that is below, without the content of /boot, which lies on a partition of its own. */
  private static Map<String, Path> paths(Path root) throws IOException {
    Map<String, Path> paths = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : all.toList()) {
        String path = root.relativize(each).toString();
        if (!path.startsWith("boot/")) {
          paths.put(path, each);
        }
      }
    }
    return paths;
  }

  private void compare(String path) throws IOException, DemoFailed {
    Path wanted = source.resolve(path);
    Path found = volume.resolve(path);
    Map<String, Object> wantedIs = attributes(wanted);
    Map<String, Object> foundIs = attributes(found);
    for (String same : List.of("mode", "uid", "gid")) {
      requireSame(path, same, wantedIs.get(same), foundIs.get(same));
    }
    files++;
    if (Files.isSymbolicLink(wanted)) {
      requireSame(path, "target", Files.readSymbolicLink(wanted), Files.readSymbolicLink(found));
      return;
    }
    if (!FOLDERS_OF_OURS.contains(path)) {
      requireSame(
          path,
          "time of change",
          wantedIs.get("lastModifiedTime"),
          foundIs.get("lastModifiedTime"));
    }
    if (Files.isRegularFile(wanted)) {
      compareFile(path, wanted, wantedIs, found, foundIs);
    }
  }

  private void compareFile(
      String path,
      Path wanted,
      Map<String, Object> wantedIs,
      Path found,
      Map<String, Object> foundIs)
      throws IOException, DemoFailed {
    requireSame(path, "size", wantedIs.get("size"), foundIs.get("size"));
    requireSame(path, "number of links", wantedIs.get("nlink"), foundIs.get("nlink"));
    Object inode = inodes.putIfAbsent(wantedIs.get("ino"), foundIs.get("ino"));
    Check.require(
        inode == null || inode.equals(foundIs.get("ino")),
        "/" + path + " is a hard link in the source, and none to the same file in the volume.");
    requireSame(path, "first different byte", -1L, Files.mismatch(wanted, found));
    requireSame(path, "extended attributes", extended(wanted), extended(found));
    bytes += (long) wantedIs.get("size");
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    return Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
  }

  private static Map<String, ByteBuffer> extended(Path path) throws IOException {
    Map<String, ByteBuffer> found = new TreeMap<>();
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
    if (view != null) {
      for (String name : view.list()) {
        ByteBuffer value = ByteBuffer.allocate(view.size(name));
        view.read(name, value);
        found.put(name, value.flip());
      }
    }
    return found;
  }

  private static void requireSame(String path, String what, Object wanted, Object found)
      throws DemoFailed {
    Check.require(
        wanted.equals(found),
        "/%s differs in its %s: %s in the source, %s in the volume."
            .formatted(path, what, wanted, found));
  }
}
