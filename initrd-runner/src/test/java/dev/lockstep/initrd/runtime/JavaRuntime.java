package dev.lockstep.initrd.runtime;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** The Java runtime of the initrd: only what the lower three floors use of the JDK that builds. */
final class JavaRuntime {

  /**
   * Chronicle asks for naming, management (and logging with it) and Unsafe when it starts. What
   * Jackson and Chronicle know of java.sql, java.xml, java.desktop and java.compiler they do
   * without.
   */
  private static final List<String> MODULES =
      List.of("java.base", "java.management", "java.naming", "jdk.unsupported");

  /** Of no use to a first boot: certificates, cookies, a compiler's and a debugger's needs. */
  private static final List<String> LEFT_OUT =
      List.of(
          "bin/keytool",
          "lib/security/cacerts",
          "lib/security/public_suffix_list.dat",
          "lib/classlist",
          "lib/jexec",
          "lib/jrt-fs.jar",
          "lib/libjsig.so",
          "lib/server/libjsig.so");

  private JavaRuntime() {}

  static void link(Path target) throws IOException {
    Path jdk = Path.of(System.getProperty("java.home"));
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(
                () ->
                    new IOException(jdk + " has no jlink: build with a whole JDK 25, not a JRE."));
    if (!Files.isDirectory(jdk.resolve("jmods")) && !linksItself(jlink)) {
      throw new IOException(
          jdk
              + " has no jmods folder and its jlink can't do without: install the JDK's jmods"
              + " package, or build with a JDK whose `jlink --help` ends with \"Linking from"
              + " run-time image enabled\" (Temurin 25 is one).");
    }
    run(
        jlink,
        Stream.of(
            "--add-modules",
            String.join(",", MODULES),
            "--no-header-files",
            "--no-man-pages",
            "--strip-debug",
            "--output",
            target.toString()));
    for (String file : LEFT_OUT) {
      Files.deleteIfExists(target.resolve(file));
    }
    strip(target);
  }

  /** The libraries' symbol tables are for debuggers: a megabyte of the compressed initrd. */
  private static void strip(Path runtime) throws IOException {
    if (!Tool.exists("strip")) {
      System.err.println("system tree: there is no strip (binutils): the runtime stays larger.");
      return;
    }
    try (var files = Files.walk(runtime)) {
      for (Path each : (Iterable<Path>) files::iterator) {
        if (each.toString().endsWith(".so")) {
          Tool.run(0, List.of("strip", "--strip-unneeded", each.toString()));
        }
      }
    }
  }

  /** JEP 493: a JDK may be built to link from what it runs on. */
  private static boolean linksItself(ToolProvider jlink) {
    StringWriter help = new StringWriter();
    PrintWriter out = new PrintWriter(help);
    jlink.run(out, out, "--help");
    return help.toString().contains("Linking from run-time image enabled");
  }

  private static void run(ToolProvider tool, Stream<String> arguments) throws IOException {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int exit = tool.run(out, out, arguments.toArray(String[]::new));
    if (exit != 0) {
      throw new IOException("jlink failed with exit code " + exit + ": " + said);
    }
  }
}
