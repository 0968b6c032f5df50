package dev.lockstep.simulator.qemu;

import dev.lockstep.simulator.demo.DemoFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every file that was installed, against its like in the decrypted root of a system that has run
 * since: content, size, mode, owner and link target. What the system itself writes while it starts
 * is named here, and nothing else may differ.
 */
final class InstalledFiles {

  /** What the installer, the first boot or a Debian that starts for the first time writes. */
  private static final Set<String> WRITTEN_SINCE =
      Set.of("etc/fstab", "etc/crypttab", "etc/machine-id", "etc/resolv.conf", "etc/hostname");

  /** What lies below is a running system's own. */
  private static final List<String> OF_THE_RUNNING_SYSTEM =
      List.of("boot/", "var/log/", "var/lib/systemd/", "var/cache/", "run/", "tmp/", "dev/");

  private static final String ATTRIBUTES = "unix:mode,uid,gid";

  private InstalledFiles() {}

  /**
   * What was compared.
   *
   * @param files folders and links included
   * @param bytes of content
   */
  record Result(long files, long bytes) {}

  static Result compare(Path source, Path volume) throws IOException, DemoFailed {
    List<Path> all;
    try (Stream<Path> walked = Files.walk(source)) {
      all = walked.filter(path -> isInstalled(source.relativize(path).toString())).toList();
    }
    long bytes = 0;
    for (Path wanted : all) {
      bytes += compareOne(wanted, volume.resolve(source.relativize(wanted).toString()));
    }
    return new Result(all.size(), bytes);
  }

  static boolean isInstalled(String path) {
    return !path.isEmpty()
        && !WRITTEN_SINCE.contains(path)
        && OF_THE_RUNNING_SYSTEM.stream()
            .noneMatch(folder -> path.startsWith(folder) || folder.equals(path + "/"));
  }

  /** Bytes of content. */
  private static long compareOne(Path wanted, Path found) throws IOException, DemoFailed {
    if (!Files.exists(found, LinkOption.NOFOLLOW_LINKS)) {
      throw new DemoFailed(30, wanted + " is not in the volume.");
    }
    requireSame(wanted, "mode or owner", attributes(wanted), attributes(found));
    if (Files.isSymbolicLink(wanted)) {
      requireSame(wanted, "target", Files.readSymbolicLink(wanted), Files.readSymbolicLink(found));
      return 0;
    }
    if (!Files.isRegularFile(wanted)) {
      return 0;
    }
    requireSame(wanted, "content", -1L, Files.mismatch(wanted, found));
    return Files.size(wanted);
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    return Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
  }

  private static void requireSame(Path file, String what, Object wanted, Object found)
      throws DemoFailed {
    if (!wanted.equals(found)) {
      throw new DemoFailed(
          30,
          "%s differs in its %s: %s, and %s in the volume.".formatted(file, what, wanted, found));
    }
  }
}
