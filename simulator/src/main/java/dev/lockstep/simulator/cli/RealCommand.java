package dev.lockstep.simulator.cli;

import dev.lockstep.installer.cli.ByteSize;
import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.Requirements;
import dev.lockstep.simulator.real.Beginning;
import dev.lockstep.simulator.real.BeginningProof;
import dev.lockstep.simulator.real.KillProof;
import dev.lockstep.simulator.real.ProofReport;
import dev.lockstep.simulator.real.RealProof;
import dev.lockstep.simulator.real.Shard;
import dev.lockstep.simulator.real.StopProof;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code simulate real}. */
@Command(
    name = "real",
    mixinStandardHelpOptions = true,
    description =
        "The whole first boot with the real libcryptsetup and a software TPM, its power cut at"
            + " every sync point, and on images with reordered writes. Needs root. Without"
            + " --every-sync and --reorder: a bounded run of both.")
final class RealCommand implements Callable<Integer> {

  /** What the bounded run leaves out. */
  private static final int SYNC_STRIDE = 8;

  private static final int REORDER_STRIDE = 24;

  @Option(
      names = "--disk-size",
      defaultValue = "256M",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description = "Size of the disk image, 256M or more. Default: 256M.")
  private long diskSize;

  @Option(names = "--every-sync", description = "Cut at each sync point of the whole run.")
  private boolean everySync;

  @Option(
      names = "--reorder",
      paramLabel = "N",
      description = "So many crash images of what was written between two syncs, each.")
  private Integer reorder;

  @Option(
      names = "--random-kills",
      paramLabel = "N",
      description =
          "Instead: N runs, each killed two to five times at random, then finished with one command;"
              + " searched for secrets.")
  private Integer randomKills;

  @Option(
      names = "--stops",
      paramLabel = "N",
      description = "Instead: N stops by SIGTERM at random, measured; best with --disk-size 2G.")
  private Integer stops;

  @Option(
      names = "--exchange-tpm",
      description =
          "Instead: a finished machine gets another TPM, its power cut at each sync point of that.")
  private boolean exchangeTpm;

  @Option(
      names = "--take-over",
      description =
          "Instead: a conversion that cryptsetup began is gone on with, the power cut at each sync"
              + " point of that.")
  private boolean takeOver;

  @Option(
      names = "--shard",
      defaultValue = "1/1",
      paramLabel = "I/N",
      description = "Only every N-th state, beginning at the I-th.")
  private String shard;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "The result as one JSON object.")
  private boolean json;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Where temporary folders and lost states go. Default: java.io.tmpdir.")
  private Path keep;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    try {
      Requirements.checkTraced();
      Files.createDirectories(folder());
      ProofReport report = prove(line -> tell(err, line));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(report.json());
      } else {
        report.lines().forEach(out::println);
      }
      out.flush();
      return report.exitCode();
    } catch (DemoFailed refused) {
      err.println("lockstep: " + refused.getMessage());
      err.flush();
      return refused.exitCode();
    }
  }

  private ProofReport prove(Consumer<String> progress) throws IOException, DemoFailed {
    if (Stream.of(
                randomKills,
                stops,
                reorder,
                everySync ? 1 : null,
                exchangeTpm ? 1 : null,
                takeOver ? 1 : null)
            .filter(Objects::nonNull)
            .count()
        > (everySync && reorder != null ? 2 : 1)) {
      throw new IllegalArgumentException(
          "--random-kills, --stops, --exchange-tpm and --take-over are proofs of their own: ask"
              + " for one at a time");
    }
    if (randomKills != null) {
      return new KillProof(
              new KillProof.Request(
                  diskSize, randomKills, Shard.parse(shard), seed, folder(), launcher()),
              progress)
          .run();
    }
    if (stops != null) {
      return new StopProof(
              new StopProof.Request(diskSize, stops, seed, folder(), launcher()), progress)
          .run();
    }
    if (exchangeTpm || takeOver) {
      Beginning beginning = exchangeTpm ? Beginning.EXCHANGED_TPM : Beginning.BEGUN_BY_CRYPTSETUP;
      return new BeginningProof(beginning, request(), progress).run();
    }
    return new RealProof(request(), progress).run();
  }

  private static void tell(PrintWriter err, String line) {
    err.println(line);
    err.flush();
  }

  private RealProof.Request request() throws DemoFailed {
    boolean bounded = !everySync && reorder == null;
    return new RealProof.Request(
        diskSize,
        everySync ? 1 : bounded ? SYNC_STRIDE : 0,
        everySync,
        bounded ? 1 : reorder == null ? 0 : reorder,
        bounded ? REORDER_STRIDE : 1,
        Shard.parse(shard),
        seed,
        folder(),
        launcher());
  }

  private Path folder() {
    Path folder = keep == null ? Path.of(System.getProperty("java.io.tmpdir")) : keep;
    if (folder.toString().indexOf(',') >= 0) {
      throw new IllegalArgumentException(
          "--keep " + folder + ": swtpm can't take a folder with a comma in its name");
    }
    return folder;
  }

  /** What a user would call: the first boot runs exactly as they would run it. */
  static Path launcher() throws DemoFailed {
    String path = System.getProperty("lockstep.launcher", "");
    if (path.isEmpty() || !Files.isExecutable(Path.of(path))) {
      throw DemoFailed.refused("Run this through the lockstep launcher: it starts the runner.");
    }
    return Path.of(path).toAbsolutePath();
  }
}
