package dev.lockstep.initrd.runtime;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes {@code target/system-tree}, to be copied over a root file system. Maven's profile {@code
 * runtime} calls it, with the JDK that the build has chosen:
 *
 * <pre>mvn -B -q -Pruntime package -pl initrd-runner -am -DskipTests</pre>
 */
public final class BuildSystemTree {

  private BuildSystemTree() {}

  /**
   * Makes it.
   *
   * @param arguments the module's folder; its jar; a file with the jars it runs with; the folder of
   *     the JVM's options
   */
  public static void main(String[] arguments) {
    try {
      build(
          Path.of(arguments[0]),
          Path.of(arguments[1]),
          Files.readString(Path.of(arguments[2])),
          Path.of(arguments[3]));
    } catch (IOException failure) {
      System.err.println("system tree: " + failure.getMessage());
      System.exit(1);
    }
  }

  private static void build(Path module, Path ownJar, String classPath, Path options)
      throws IOException {
    SystemTree tree = new SystemTree(module.resolve("target/system-tree"));
    tree.clear();
    tree.add(module.resolve("src/main/system-tree"));
    for (String flags : List.of("jvm-flags", "first-boot-jvm-flags")) {
      Files.copy(options.resolve("lockstep-" + flags), tree.home().resolve(flags));
    }
    addJars(tree, ownJar, classPath.strip());
    JavaRuntime.link(tree.runtime());
    tree.settle(); // the cache remembers the jars' times
    Path work = Files.createTempDirectory(module.resolve("target"), "training");
    try {
      new AotTraining(tree, work).run();
    } finally {
      Folders.remove(work);
    }
    tree.settle();
  }

  /** The class path's order is the tree's. */
  private static void addJars(SystemTree tree, Path ownJar, String classPath) throws IOException {
    List<Path> jars = new ArrayList<>();
    jars.add(ownJar);
    Stream.of(classPath.split(File.pathSeparator)).map(Path::of).forEach(jars::add);
    for (Path jar : jars) {
      StoredJars.copy(jar, tree.jars().resolve(jar.getFileName()));
    }
    StoredJars.index(tree.jars().resolve(StoredJars.INDEX), jars);
  }
}
