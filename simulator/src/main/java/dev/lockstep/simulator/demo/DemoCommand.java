package dev.lockstep.simulator.demo;

import dev.lockstep.initrd.progress.Terminal;
import dev.lockstep.installer.cli.ByteSize;
import dev.lockstep.installer.cli.FilesystemName;
import dev.lockstep.installer.filesystem.RootFilesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lockstep demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Installs a small system into a disk image, encrypts it with real tools, cuts the power"
            + " again and again, and proves that nothing was lost.")
public final class DemoCommand implements Callable<Integer> {

  private static final int LARGEST_SEED = 1_000_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "lockstep-demo",
      description =
          "Leaves everything here: disk.img, source/, report.html and more. An earlier demo there is"
              + " replaced. Default: ${DEFAULT-VALUE}.")
  private Path dir;

  @Option(
      names = "--size",
      defaultValue = "512M",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description = "Size of the disk image, 256M or more. Default: 512M.")
  private long size;

  @Option(
      names = "--filesystem",
      defaultValue = "ext4",
      converter = FilesystemName.class,
      paramLabel = "ext4|xfs|btrfs",
      description = "Of the root. xfs and btrfs want 512M and more. Default: ext4.")
  private RootFilesystem filesystem;

  @Option(
      names = "--cuts",
      defaultValue = "5",
      paramLabel = "N",
      description = "How often the power goes, 0 to 20. Default: 5.")
  private int cuts;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Draws the same tree and the same cuts again.")
  private Long seed;

  @Option(
      names = "--keep",
      description = "Keep an earlier demo's folder; this one takes the next free name.")
  private boolean keep;

  @Option(names = "--json", description = "The result as one JSON object on standard output.")
  private boolean json;

  @Option(
      names = "--model",
      description = "The same story on modelled hardware: needs no tool and no root.")
  private boolean model;

  private final ModelDemo modelDemo;

  /**
   * The command, with something to tell without tools.
   *
   * @param modelDemo what {@code --model} tells
   */
  public DemoCommand(ModelDemo modelDemo) {
    this.modelDemo = modelDemo;
  }

  @Override
  public Integer call() throws IOException {
    if (cuts < 0 || cuts > CutPlan.MOST_CUTS) {
      throw wrong("--cuts must be 0 to %d, not %d".formatted(CutPlan.MOST_CUTS, cuts));
    }
    long drawn = seed == null ? new SecureRandom().nextInt(LARGEST_SEED) : seed;
    if (model) {
      return modelDemo.tell(cuts, drawn, json);
    }
    if (size < Demo.SMALLEST_DISK_BYTES) {
      throw wrong("--size must be 256M at least: boot partition and reserve take most of it");
    }
    try {
      return demo(drawn);
    } catch (DemoFailed refused) {
      System.err.println("lockstep: " + refused.getMessage());
      return refused.exitCode();
    }
  }

  private int demo(long drawn) throws IOException, DemoFailed {
    Requirements.check();
    Path launcher = launcher();
    DemoFolder folder = DemoFolder.prepare(dir, keep);
    Interruption interruption = Interruption.listen(folder);
    try (interruption) {
      requireRoom(folder);
      DemoResult result = run(folder, drawn, launcher);
      if (!interruption.isRequested()) {
        tell(result, folder);
      }
      return result.exitCode();
    }
  }

  private DemoResult run(DemoFolder folder, long drawn, Path launcher) throws IOException {
    DemoNarrator narrator = new DemoNarrator(System.err, Terminal.isStandardError());
    narrator.say(
        "folder %s, seed %d (with --seed %d the same cuts are drawn again)"
            .formatted(folder.path(), drawn, drawn));
    return new Demo(new Demo.Request(folder, size, filesystem, cuts, drawn, launcher), narrator)
        .run();
  }

  private void tell(DemoResult result, DemoFolder folder) {
    System.err.println();
    if (json) {
      System.out.println(result.json(folder));
    } else {
      System.out.println(result.summary());
      System.out.println("report: " + folder.report());
    }
    System.out.flush();
  }

  /** What a user would call: the demo runs the first boot exactly as they would. */
  private static Path launcher() throws DemoFailed {
    String path = System.getProperty("lockstep.launcher", "");
    if (path.isEmpty() || !Files.isExecutable(Path.of(path))) {
      throw DemoFailed.refused("Run the demo through the lockstep launcher: it starts the runner.");
    }
    return Path.of(path).toAbsolutePath();
  }

  private void requireRoom(DemoFolder folder) throws IOException, DemoFailed {
    long needed = 4 * Demo.contentBytes(size) + (256L << 20);
    long free = folder.path().toFile().getUsableSpace();
    if (free < needed) {
      throw DemoFailed.refused(
          "%s has room for %d MiB, and the demo needs %d; free some, or name another with --dir."
              .formatted(folder.path(), free >> 20, needed >> 20));
    }
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
