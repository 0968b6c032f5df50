package dev.lockstep.installer.install;

import dev.lockstep.initrd.syscall.Directories;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
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

  /**
   * Removes it all. The journal goes first, as a whole: of one that lacks a file nobody would know
   * how far the install is, or it would tell of an earlier step, and a finished disk be made again.
   */
  void delete() throws IOException {
    Path finished = folder.resolve("finished");
    delete(finished); // of a run that was cut here
    if (isThere()) {
      Files.move(journal(), finished, StandardCopyOption.ATOMIC_MOVE);
      Directories.fsync(folder); // before any of its files goes, whatever filesystem this is
    }
    delete(folder);
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.isDirectory(tree)) {
      return;
    }
    Files.walkFileTree(
        tree,
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
