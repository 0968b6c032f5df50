package dev.lockstep.initrd.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the AOT cache (JEP 483, 514): the classes that a first boot uses, loaded and linked
 * beforehand. Only what a run used is in it, so the run is a real one, from the first record of the
 * journal to the last, with a software TPM; it wants root, for loop devices, and the tools that
 * encrypt. Without them the run is one that is refused before it begins, with little but the start
 * in it.
 */
final class AotTraining {
  private static final List<String> TOOLS =
      List.of("swtpm", "systemd-creds", "systemd-cryptenroll", "mkfs.ext4");

  /**
   * Without the profiles of JEP 515: with them the JVM compiles at once whatever was hot in the
   * training, a sixth more processor time in a run that is over before that pays.
   */
  private static final List<String> NO_PROFILES =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions", // a later JDK may know it by another name
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-AOTRecordTraining");

  private final SystemTree tree;
  private final Path work;

  AotTraining(SystemTree tree, Path work) {
    this.tree = tree;
    this.work = work;
  }

  void run() throws IOException {
    if (!missing().isEmpty()) {
      System.err.println(
          "system tree: the AOT cache knows little but the start, and a first boot is slower: there is no "
              + String.join(", no ", missing()));
      String empty = Files.write(work.resolve("empty.img"), new byte[1 << 20]).toString();
      train(13, List.of("firstboot", "plan", "--disk", empty, "--tpm2-device", "none"));
      return;
    }
    String disk = TrainingDisk.make(work).toString();
    String tpm = "swtpm:" + Files.createDirectories(work.resolve("tpm"));
    String key = work.resolve("recovery-key").toString();
    Path policy = Files.writeString(work.resolve("policy.toml"), "[boots]\nmax = 32\n");
    List<String> run =
        List.of(
            "firstboot",
            "run",
            "--disk",
            disk,
            "--tpm2-device",
            tpm,
            "--recovery-key-out",
            key,
            "--policy",
            policy.toString());
    // Begun and taken back, so that the run finds a journal to read, as a boot finds the
    // installation's, and still has all to do.
    Tool.run(10, tree.command(List.of(), with(run, "--stop-after", "Cleared")));
    Tool.run(
        0,
        tree.command(
            List.of(), List.of("firstboot", "undo", "--disk", disk, "--tpm2-device", tpm)));
    train(0, with(run, "--again"));
  }

  static List<String> missing() throws IOException {
    List<String> missing = new ArrayList<>();
    if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      missing.add("root");
    }
    if (!Files.exists(Path.of("/dev/loop-control"))) {
      missing.add("loop device");
    }
    TOOLS.stream().filter(tool -> !Tool.exists(tool)).forEach(missing::add);
    return missing;
  }

  private static List<String> with(List<String> command, String... more) {
    return Stream.concat(command.stream(), Stream.of(more)).toList();
  }

  private void train(int expectedExit, List<String> arguments) throws IOException {
    Path cache = work.resolve("lockstep.aot");
    List<String> recording = new ArrayList<>(NO_PROFILES);
    recording.add("-XX:AOTCacheOutput=" + cache);
    Tool.run(expectedExit, tree.command(recording, arguments));
    if (!Files.exists(cache)) {
      throw new IOException("the JVM made no AOT cache of `" + String.join(" ", arguments) + "`.");
    }
    Files.move(cache, tree.cache());
  }
}
