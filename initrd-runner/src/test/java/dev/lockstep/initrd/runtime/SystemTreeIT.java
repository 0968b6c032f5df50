package dev.lockstep.initrd.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is installed and put into an initrd, as {@link BuildSystemTree} has just made it. */
class SystemTreeIT {
  private static final Pattern OPENED =
      Pattern.compile(
          "\\b(?:openat|mkdir(?:at)?|rename(?:at2?)?|(?:sym)?link(?:at)?|unlink(?:at)?|mknod)\\(.*");
  private static final Pattern PATH = Pattern.compile("\"(/[^\"]*)\"");

  /**
   * Copied, so that nothing works only where it was built; times are kept, as initrds keep them.
   */
  @TempDir static Path elsewhere;

  private static SystemTree tree;

  @BeforeAll
  static void copy() throws IOException {
    Path built = Path.of("target/system-tree").toAbsolutePath();
    assertThat(built).as("made by `mvn -Pruntime package`").isDirectory();
    tree = new SystemTree(elsewhere.resolve("root"));
    Files.createDirectories(tree.root());
    tree.add(built);
    tree.settle();
  }

  @Test
  void nothingThatPhonesHomeOrBindsNativeCodeIsInIt() throws IOException {
    List<String> entries = new ArrayList<>();
    for (Path jar : jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream().forEach(entry -> entries.add(entry.getName()));
      }
    }
    assertThat(entries)
        .hasSizeGreaterThan(1000)
        .noneMatch(name -> name.startsWith("com/sun/jna/") || name.startsWith("jnr/"))
        .noneMatch(name -> name.startsWith("net/openhft/chronicle/analytics/"))
        .noneMatch(name -> name.endsWith(".so"));
  }

  @Test
  void everyJarIsStored() throws IOException {
    for (Path jar : jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        assertThat(file.stream()).as("%s", jar).allMatch(e -> e.getMethod() == ZipEntry.STORED);
      }
    }
  }

  @Test
  void theLauncherStartsWithoutAWordOnStandardError() throws Exception {
    assertThat(launch(0, "--version")).startsWith("lockstep 0.");
    assertThat(launch(0, "--help")).contains("firstboot", "doctor");
    assertThat(launch(0, "firstboot", "--help")).contains("run", "plan", "undo");
    assertThat(launch(0, "journal", "--help")).contains("verify");
  }

  @Test
  void theCacheFitsWhereverTheTreeIsCopied() throws IOException {
    // With this mode the JVM ends at once where the cache can't be used.
    List<String> wanted =
        List.of(
            "-XX:AOTMode=on", "-XX:AOTCache=" + tree.cache(), "-Xlog:class+load=info:stderr:none");
    String said = Tool.run(0, tree.command(wanted, List.of("firstboot", "--help")));
    List<String> loaded = said.lines().filter(line -> line.contains(" source: ")).toList();
    assertThat(loaded.stream().filter(line -> line.contains("shared objects file")))
        .as("classes out of the cache, picocli's too")
        .hasSizeGreaterThan(1000)
        .anyMatch(line -> line.startsWith("picocli.CommandLine "))
        .anyMatch(line -> line.startsWith("dev.lockstep.initrd.cli.RunnerMain "));
    assertThat(loaded.stream().filter(line -> line.contains("file:/")))
        .as("classes that the cache does not have")
        .hasSizeLessThan(loaded.size() / 20);
  }

  /** An initrd is made on one machine and booted on another, whose processor may know less. */
  @Test
  void noMachineCodeIsTakenFromTheCache() throws IOException {
    List<String> wanted =
        List.of("-XX:AOTMode=on", "-XX:AOTCache=" + tree.cache(), "-XX:+PrintFlagsFinal");
    assertThat(Tool.run(0, tree.command(wanted, List.of("--version"))).lines())
        .anyMatch(line -> line.matches(" *bool AOTAdapterCaching += false .*command line.*"))
        .anyMatch(line -> line.matches(" *bool AOTStubCaching += false .*command line.*"));
  }

  @Test
  void withoutTheCacheItIsOnlySlower() throws IOException {
    Path kept = elsewhere.resolve("kept.aot");
    Files.move(tree.cache(), kept);
    try {
      assertThat(Tool.run(0, List.of(tree.launcher().toString(), "--version")))
          .contains("lockstep 0.");
    } finally {
      Files.move(kept, tree.cache());
    }
  }

  @Test
  void aJournalIsVerified(@TempDir Path folder) throws Exception {
    Path golden = Path.of("../journal/src/test/resources/golden/format-1");
    for (String generation : List.of("gen000.cq4", "gen001.cq4")) {
      try (InputStream packed = Files.newInputStream(golden.resolve(generation + ".gz"));
          InputStream content = new GZIPInputStream(packed)) {
        Files.copy(content, folder.resolve(generation));
      }
    }
    assertThat(launch(0, "journal", "verify", folder.toString())).startsWith("sound: ");
    Path damaged = folder.resolve("gen001.cq4");
    byte[] bytes = Files.readAllBytes(damaged);
    int record = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("\"type\"");
    bytes[record < 0 ? bytes.length / 4 : record] ^= 1;
    Files.write(damaged, bytes);
    assertThat(launch(20, "journal", "verify", folder.toString())).doesNotStartWith("sound: ");
  }

  @Test
  void aFirstBootWritesNothingOutsideRunButWhatItWasTold(@TempDir Path work) throws Exception {
    assumeTrue(AotTraining.missing().isEmpty(), () -> "wants root, loop devices and the TPM tools");
    assumeTrue(Tool.exists("strace"), "wants strace");
    Path disk = TrainingDisk.make(work);
    Path tpm = Files.createDirectory(work.resolve("tpm"));
    Path trace = work.resolve("trace");
    List<String> command =
        new ArrayList<>(
            List.of(
                "strace", "-f", "-y", "-s", "4096", "-e", "trace=%file", "-o", trace.toString()));
    command.add(tree.launcher().toString());
    command.addAll(List.of("firstboot", "run", "--disk", disk.toString()));
    command.addAll(List.of("--tpm2-device", "swtpm:" + tpm));
    command.addAll(List.of("--recovery-key-out", work.resolve("recovery-key").toString()));
    Tool.run(0, command);
    List<String> written =
        Files.readAllLines(trace).stream()
            .filter(line -> !line.contains(" = -1 "))
            .filter(SystemTreeIT::writes)
            .flatMap(SystemTreeIT::paths)
            .distinct()
            .toList();
    assertThat(written)
        .as("the trace sees the writing")
        .anyMatch(path -> path.startsWith("/run/lockstep"))
        .allMatch(
            path ->
                path.startsWith("/run/")
                    || path.startsWith("/dev/")
                    || path.startsWith("/proc/self/")
                    || path.startsWith("/proc/thread-self/")
                    || path.startsWith(work.toString()));
  }

  private static boolean writes(String call) {
    Matcher opened = OPENED.matcher(call);
    return opened.find()
        && (!opened.group().startsWith("openat")
            || Stream.of("O_WRONLY", "O_RDWR", "O_CREAT").anyMatch(call::contains));
  }

  private static Stream<String> paths(String call) {
    return PATH.matcher(call).results().map(found -> found.group(1));
  }

  private static List<Path> jars() throws IOException {
    try (var files = Files.list(tree.jars())) {
      return files.toList();
    }
  }

  /** What it says on standard output; a word on standard error is a failure. */
  private static String launch(int expectedExit, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(tree.launcher().toString()));
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile(elsewhere, "errors", "");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().putAll(Map.of("JDK_JAVA_OPTIONS", "-version", "LC_ALL", "POSIX"));
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(expectedExit);
    assertThat(errors).isEmptyFile();
    return said;
  }
}
