package dev.lockstep.installer.install;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Where an install keeps its journal and its half-made filesystems until the disk is bootable. */
record WorkFolder(Path folder) {

  /** Root's alone: in a folder that everybody may write to, its files could be links. */
  private static final Path FOR_DEVICES = Path.of("/var/lib/lockstep/install");

  static WorkFolder beside(Path disk) {
    Path name = Path.of(disk.toAbsolutePath().getFileName() + ".lockstep-install");
    boolean device = disk.toAbsolutePath().startsWith("/dev");
    return new WorkFolder(
        device ? FOR_DEVICES.resolve(name) : disk.toAbsolutePath().resolveSibling(name));
  }

  Path journal() {
    return folder.resolve("journal");
  }

  Path scratch() {
    return folder.resolve("scratch");
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  boolean isThere() {
    return Files.isDirectory(journal());
  }

  void delete() throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
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
