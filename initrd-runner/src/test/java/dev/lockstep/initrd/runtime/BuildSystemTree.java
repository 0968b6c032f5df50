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
   * @param arguments the module's folder; its jar; the class path it runs with, other modules' jars
   *     among it; the file of the JVM's options
   */
  public static void main(String[] arguments) {
    try {
      build(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2], Path.of(arguments[3]));
    } catch (IOException failure) {
      System.err.println("system tree: " + failure.getMessage());
      System.exit(1);
    }
  }

  private static void build(Path module, Path ownJar, String classPath, Path flags)
      throws IOException {
    SystemTree tree = new SystemTree(module.resolve("target/system-tree"));
    tree.clear();
    tree.add(module.resolve("src/main/system-tree"));
    Files.copy(flags, tree.home().resolve("jvm-flags"));
    addJars(tree, ownJar, classPath);
    JavaRuntime.link(tree.runtime());
    tree.settle();
  }

  /** The class path's order is the tree's, the own jar in place of the folder of classes. */
  private static void addJars(SystemTree tree, Path ownJar, String classPath) throws IOException {
    List<Path> jars = new ArrayList<>();
    jars.add(ownJar);
    Stream.of(classPath.split(File.pathSeparator))
        .map(Path::of)
        .filter(Files::isRegularFile)
        .forEach(jars::add);
    for (Path jar : jars) {
      StoredJars.copy(jar, tree.jars().resolve(jar.getFileName()));
    }
    StoredJars.index(tree.jars().resolve("lockstep.jar"), jars);
  }
}
