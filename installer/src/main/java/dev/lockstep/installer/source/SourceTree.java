package dev.lockstep.installer.source;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * A directory that holds an operating system, looked through once and found fit to be installed.
 *
 * @param root real path of the directory
 * @param owner type, permissions and owner of the directory itself: what / will have
 * @param modified of the directory itself, whole seconds
 * @param kernel the one to boot
 * @param osRelease what it calls itself
 * @param machineId 32 hex digits, where the tree was given one; an image for many machines has none
 * @param content how much there is
 */
public record SourceTree(
    Path root,
    Owner owner,
    Instant modified,
    Kernel kernel,
    OsRelease osRelease,
    Option<String> machineId,
    SourceContent content) {
  private static final int MAX_CONFIG_BYTES = 1024 * 1024;

  /**
   * Looks the directory through; the left side says in one sentence what is missing. Writes
   * nothing.
   */
  public static Either<String, SourceTree> open(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return Either.left("the source %s is not a directory".formatted(directory));
    }
    Path root = directory.toRealPath();
    if (root.getNameCount() == 0) {
      return Either.left(
          "the source can't be /, the running system itself; give a directory that holds a system");
    }
    if (!Files.isDirectory(root.resolve("usr"))) {
      return Either.left(
          "the source %s holds no operating system: it has no usr directory".formatted(directory));
    }
    Either<String, Kernel> kernel = Kernel.find(root);
    if (kernel.isLeft()) {
      return Either.left(kernel.getLeft());
    }
    Map<String, Object> attributes = TreeWalk.attributes(root);
    Owner owner =
        new Owner(
            (int) attributes.get("mode"),
            unsigned(attributes.get("uid")),
            unsigned(attributes.get("gid")));
    Instant modified = Files.getLastModifiedTime(root).toInstant().truncatedTo(ChronoUnit.SECONDS);
    OsRelease osRelease = OsRelease.of(root);
    Option<String> machineId = machineId(root);
    return TreeWalk.of(root)
        .map(
            content ->
                new SourceTree(root, owner, modified, kernel.get(), osRelease, machineId, content));
  }

  /** The text of one of the tree's configuration files, none where there is no such file. */
  public Option<String> text(String absolutePath) throws IOException {
    return TreeFiles.read(root, absolutePath, MAX_CONFIG_BYTES)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /**
   * A file of the tree that is to be read by the host; none where there is no such regular file.
   */
  public Option<Path> file(String absolutePath) throws IOException {
    return TreeFiles.resolve(root, absolutePath);
  }

  private static Option<String> machineId(Path root) throws IOException {
    return TreeFiles.read(root, "etc/machine-id", 64)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip())
        .filter(id -> id.matches("[0-9a-f]{32}"));
  }

  private static long unsigned(Object id) {
    return Integer.toUnsignedLong((int) id);
  }
}
