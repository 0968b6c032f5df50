package dev.lockstep.installer.filesystem;

import dev.lockstep.initrd.syscall.Directories;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Mounts;
import dev.lockstep.installer.source.SourceTree;
import io.vavr.control.Either;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/**
 * Fills an empty filesystem in a file with a tree, through a mount: for XFS and btrfs, whose own
 * tools lose hard links, extended attributes or times. Everything but what is below /boot goes in,
 * with owner, mode, times (nanoseconds), extended attributes, hard links and holes.
 *
 * <p>The mount lives in a namespace of its own thread's, on a loop device with autoclear: a run
 * that is killed leaves neither.
 */
final class MountedFill {
  private static final Set<Mounts.Flag> HARMLESS =
      Set.of(Mounts.Flag.NO_SET_USER_ID, Mounts.Flag.NO_DEVICES, Mounts.Flag.NO_EXECUTE);

  private final SourceTree tree;
  private final List<FileToInstall> files;
  private final Tools tools;

  MountedFill(SourceTree tree, List<FileToInstall> files, Tools tools) {
    this.tree = tree;
    this.files = List.copyOf(files);
    this.tools = tools;
  }

  /** The left side is one sentence. */
  Either<String, Path> into(Path image, RootFilesystem filesystem) throws IOException {
    FutureTask<Either<String, Path>> task =
        new FutureTask<>(
            () -> {
              Mounts.enterNamespaceOfOwn();
              return mountAndFill(image, filesystem);
            });
    Thread thread = Thread.ofPlatform().name("fill").start(task);
    try {
      return task.get();
    } catch (ExecutionException failed) {
      throw new IOException(
          "the %s root could not be filled: %s"
              .formatted(filesystem.mountType(), failed.getCause().getMessage()),
          failed.getCause());
    } catch (InterruptedException interrupted) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      return Either.left("interrupted; run the same command again to go on");
    }
  }

  private Either<String, Path> mountAndFill(Path image, RootFilesystem filesystem)
      throws IOException {
    Path root = Files.createDirectories(tools.workDirectory().resolve("root")).toRealPath();
    try (LoopDevice loop = LoopDevice.attach(image, LoopDevice.Window.WHOLE)) {
      Mounts.mount(loop.path(), root, filesystem.mountType(), HARMLESS, "");
    }
    Either<String, Path> filled;
    try {
      filled = fill(root);
      Directories.syncfs(root);
    } finally {
      Mounts.unmount(root);
    }
    Files.delete(root);
    return filled.map(_ -> image);
  }

  private Either<String, Path> fill(Path root) throws IOException {
    Either<String, Tools.Output> copied = copy(root);
    if (copied.isLeft()) {
      return Either.left(copied.getLeft());
    }
    mountPoint(root, "boot");
    mountPoint(root, "efi");
    for (FileToInstall file : files) {
      Either<String, Path> put = put(root, file);
      if (put.isLeft()) {
        return put;
      }
    }
    like(tree.root(), root);
    return Either.right(root);
  }

  /** All at once, so that hard links between the topmost directories stay. */
  private Either<String, Tools.Output> copy(Path root) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "cp",
                "--recursive",
                "--no-dereference",
                "--one-file-system",
                "--sparse=auto",
                "--preserve=mode,ownership,timestamps,links,xattr",
                "--target-directory=" + root,
                "--"));
    int fixed = command.size();
    try (Stream<Path> children = Files.list(tree.root())) {
      children
          .filter(child -> !child.getFileName().toString().equals("boot"))
          .sorted()
          .forEach(child -> command.add(child.toString()));
    }
    return command.size() == fixed
        ? Either.left("the source tree is empty")
        : tools
            .run(command)
            .mapLeft(
                said ->
                    said + " (where there is no space, give the filesystem more: --extent whole)");
  }

  private void mountPoint(Path root, String name) throws IOException {
    Path there = root.resolve(name);
    if (!Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(there);
      Path inTree = tree.root().resolve(name);
      if (Files.isDirectory(inTree, LinkOption.NOFOLLOW_LINKS)) {
        like(inTree, there);
      } else {
        Files.setAttribute(there, "unix:mode", 0755);
      }
    }
  }

  /** Mode, owner and time of a directory. */
  private static void like(Path pattern, Path directory) throws IOException {
    for (String same : List.of("unix:uid", "unix:gid", "unix:mode")) {
      Files.setAttribute(
          directory,
          same,
          Files.getAttribute(pattern, same, LinkOption.NOFOLLOW_LINKS),
          LinkOption.NOFOLLOW_LINKS);
    }
    Files.setLastModifiedTime(directory, Files.getLastModifiedTime(pattern));
  }

  private Either<String, Path> put(Path root, FileToInstall file) throws IOException {
    Path target = root.resolve(file.path().substring(1));
    Path parent = target.getParent();
    if (!parent.toRealPath().equals(parent) || !Files.isDirectory(parent)) {
      return Either.left(
          "%s can't be written: its directory is missing in the source tree"
              .formatted(file.path()));
    }
    FileTime before = Files.getLastModifiedTime(parent);
    Files.deleteIfExists(target); // never through a symbolic link of the tree's
    Files.copy(file.content(), target);
    Files.setAttribute(target, "unix:uid", 0);
    Files.setAttribute(target, "unix:gid", 0);
    Files.setAttribute(target, "unix:mode", file.mode());
    Files.setLastModifiedTime(target, FileTime.from(tools.timestamp()));
    Files.setLastModifiedTime(parent, before);
    return Either.right(target);
  }
}
