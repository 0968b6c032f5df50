package dev.lockstep.simulator.cli;

import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.Requirements;
import dev.lockstep.simulator.qemu.BootProof;
import dev.lockstep.simulator.qemu.BootReport;
import dev.lockstep.simulator.qemu.ImagesProof;
import dev.lockstep.simulator.qemu.ImagesReport;
import dev.lockstep.simulator.qemu.InitrdMaker;
import dev.lockstep.simulator.real.Shard;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code simulate boot}. */
@Command(
    name = "boot",
    mixinStandardHelpOptions = true,
    description =
        "A real Debian in QEMU: installed, booted by a real firmware with a software TPM, its power"
            + " cut while it encrypts itself in the initrd, then checked from outside. Needs root.")
final class BootCommand implements Callable<Integer> {

  @Option(
      names = "--cuts",
      defaultValue = "3",
      paramLabel = "N",
      description = "How often the power goes; 0 to 100. Default: 3.")
  private int cuts;

  @Option(
      names = "--images",
      paramLabel = "N",
      description =
          "Instead: one first boot is recorded, and the machine booted from N disks as a power cut"
              + " within it may leave them, caches lost and writes torn.")
  private Integer images;

  @Option(
      names = "--shard",
      defaultValue = "1/1",
      paramLabel = "I/N",
      description = "Only every N-th image, beginning at the I-th.")
  private String shard;

  @Option(
      names = "--initrd",
      defaultValue = "dracut",
      converter = InitrdMakerName.class,
      paramLabel = "dracut|initramfs-tools",
      description = "What makes the Debian's initrd. Default: dracut.")
  private InitrdMaker initrd;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--dir",
      defaultValue = "lockstep-boot",
      paramLabel = "DIR",
      description = "Where the machine is made; emptied at the start. Default: ${DEFAULT-VALUE}.")
  private Path folder;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where the Debian root is kept. Default: ~/.cache/lockstep.")
  private Path cache;

  @Option(
      names = "--mirror",
      paramLabel = "URL",
      description = "Where debootstrap fetches. Default: its own choice.")
  private String mirror;

  @Option(
      names = "--system-tree",
      paramLabel = "DIR",
      description = "What is put into the root. Default: the one that this checkout builds.")
  private Path systemTree;

  @Option(names = "--json", description = "The result as one JSON object.")
  private boolean json;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (cuts < 0 || cuts > 100) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--cuts is 0 to 100.");
    }
    if (images != null && (images < 1 || images > 10_000)) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--images is 1 to 10000.");
    }
    PrintWriter err = spec.commandLine().getErr();
    try {
      Requirements.checkMachine();
      if (images != null) {
        ImagesProof.Request asked = new ImagesProof.Request(images, Shard.parse(shard), request());
        ImagesReport report = new ImagesProof(asked, line -> tell(err, line)).run();
        print(json ? List.of(report.json()) : report.lines());
        return report.exitCode();
      }
      BootReport report = new BootProof(request(), line -> tell(err, line)).run();
      print(json ? List.of(report.json()) : report.lines());
      return 0;
    } catch (DemoFailed failed) {
      tell(err, "lockstep: " + failed.getMessage());
      return failed.exitCode();
    }
  }

  private void print(List<String> lines) {
    PrintWriter out = spec.commandLine().getOut();
    lines.forEach(out::println);
    out.flush();
  }

  private BootProof.Request request() throws DemoFailed {
    Path launcher = RealCommand.launcher();
    Path tree =
        systemTree != null
            ? systemTree
            : launcher.resolveSibling("initrd-runner").resolve("target").resolve("system-tree");
    if (!Files.isExecutable(tree.resolve("usr/bin/lockstep"))) {
      throw DemoFailed.refused(
          tree
              + " holds no system tree: make it with `mvn -B -q -Pruntime package -pl initrd-runner"
              + " -am -DskipTests`.");
    }
    return new BootProof.Request(
        cuts,
        seed,
        folder.toAbsolutePath(),
        cache != null ? cache : Path.of(System.getProperty("user.home"), ".cache", "lockstep"),
        launcher,
        tree,
        initrd,
        Optional.ofNullable(mirror));
  }

  private static void tell(PrintWriter err, String line) {
    err.println(line);
    err.flush();
  }
}
