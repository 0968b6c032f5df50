package dev.lockstep.simulator.demo;

import dev.lockstep.initrd.syscall.Mounts;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a demo leaves, and where. A folder that holds something else is never touched: a marker says
 * that a demo made it.
 */
record DemoFolder(Path path) {

  private static final String MARKER = ".lockstep-demo";
  private static final List<String> OURS =
      List.of(
          "disk.img",
          "disk.img.lockstep-install",
          "source",
          "recovery-key",
          "tpm",
          "journal",
          "report.html",
          ".work",
          MARKER);

  /**
   * Makes or empties the folder.
   *
   * @param keep whether an earlier demo there stays, and this one takes the next free name
   */
  static DemoFolder prepare(Path wished, boolean keep) throws IOException, DemoFailed {
    Path path = free(wished.toAbsolutePath().normalize(), keep);
    if (path.toString().indexOf(',') >= 0) {
      throw DemoFailed.refused(
          "--dir "
              + path
              + ": swtpm can't take a folder with a comma in its name; choose another.");
    }
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw DemoFailed.refused("--dir " + path + " is no folder; name another.");
    }
    Files.createDirectories(path);
    DemoFolder folder = new DemoFolder(path.toRealPath());
    if (!folder.isEmpty() && !Files.isRegularFile(folder.file(MARKER), LinkOption.NOFOLLOW_LINKS)) {
      throw DemoFailed.refused(
          "--dir " + path + " is not empty and no demo made it; name another, or an empty one.");
    }
    folder.clear();
    folder.mark();
    return folder;
  }

  private static Path free(Path wished, boolean keep) {
    Path path = wished;
    for (int number = 2; keep && Files.exists(path); number++) {
      path = wished.resolveSibling(wished.getFileName() + "-" + number);
    }
    return path;
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.findAny().isEmpty();
    }
  }

  private void mark() throws IOException {
    Files.writeString(file(MARKER), "Made by lockstep demo, which may replace it.\n");
  }

  Path disk() {
    return file("disk.img");
  }

  Path source() {
    return file("source");
  }

  Path recoveryKey() {
    return file("recovery-key");
  }

  Path tpm() {
    return file("tpm");
  }

  Path journal() {
    return file("journal");
  }

  Path report() {
    return file("report.html");
  }

  /** Plaintext for the comparison, mount points, the child's complaints; gone at the end. */
  Path work() {
    return file(".work");
  }

  Path mountedRoot() {
    return work().resolve("root");
  }

  Path mountedBoot() {
    return work().resolve("boot");
  }

  private Path file(String name) {
    return path.resolve(name);
  }

  /** Removes what a demo makes, and nothing else; the marker last. */
  void clear() throws IOException {
    clearWork();
    for (String name : OURS) {
      delete(file(name));
    }
  }

  /** Also where a demo that was killed has left something mounted. */
  void clearWork() throws IOException {
    for (Path mountPoint : List.of(mountedRoot(), mountedBoot())) {
      if (Files.isDirectory(mountPoint)) {
        try {
          Mounts.unmountLazily(mountPoint);
        } catch (IOException notMounted) {
          // as it should be
        }
      }
    }
    delete(work());
  }

  /** Follows no symbolic link. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
