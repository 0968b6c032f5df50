package dev.lockstep.initrd.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is copied over a root file system, be it the installed one's or an initrd's.
 *
 * <pre>
 * usr/bin/lockstep                 the launcher
 * usr/lib/lockstep/*jvm-flags      the JVM's options, argument files
 * usr/lib/lockstep/lockstep.aot    the classes, loaded and linked beforehand
 * usr/lib/lockstep/jars/           lockstep.jar names the others, in the order of the class path
 * usr/lib/lockstep/runtime/        the Java runtime, as jlink makes it
 * </pre>
 */
record SystemTree(Path root) {

  /**
   * Every file's time. The JVM takes the AOT cache only beside jars of the very time it was made
   * with; a time long past survives tools that turn back whatever is younger than the build.
   */
  static final FileTime TIME = FileTime.from(Instant.parse("1980-01-01T00:00:00Z"));

  private static final String MAIN = "dev.lockstep.initrd.cli.InstalledMain";

  Path home() {
    return root.resolve("usr/lib/lockstep");
  }

  Path launcher() {
    return root.resolve("usr/bin/lockstep");
  }

  Path jars() {
    return home().resolve("jars");
  }

  Path runtime() {
    return home().resolve("runtime");
  }

  Path cache() {
    return home().resolve("lockstep.aot");
  }

  /** As the launcher starts it, with further options for the JVM. */
  List<String> command(List<String> jvmOptions, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(runtime().resolve("bin/java").toString());
    command.add("@" + home().resolve("jvm-flags"));
    command.add("@" + home().resolve("first-boot-jvm-flags"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", jars().resolve("lockstep.jar").toString(), MAIN));
    command.addAll(arguments);
    return command;
  }

  /** Begins anew: nothing of an earlier build stays. */
  void clear() throws IOException {
    Folders.remove(root);
    Files.createDirectories(jars());
  }

  /** Lays a folder over the tree. */
  void add(Path source) throws IOException {
    try (var files = Files.walk(source)) {
      for (Path from : (Iterable<Path>) files::iterator) {
        Path to = root.resolve(source.relativize(from).toString());
        if (Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectories(to);
        } else {
          Files.copy(from, to, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  /** Gives every file its time, and the mode it has on any machine whatever its umask. */
  void settle() throws IOException {
    try (var files = Files.walk(root)) {
      for (Path each : (Iterable<Path>) files::iterator) {
        if (!Files.isSymbolicLink(each)) {
          boolean executable = Files.isDirectory(each) || Files.isExecutable(each);
          Files.setPosixFilePermissions(
              each, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
        // Links too: their times are in an initrd as any other's, and two builds are to be alike.
        Files.getFileAttributeView(each, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .setTimes(TIME, TIME, null);
      }
    }
  }
}
