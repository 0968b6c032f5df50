package dev.lockstep.simulator.qemu;

import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.HostTool;
import dev.lockstep.simulator.real.Shard;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * The first boot of a whole machine is recorded, every write and flush of its only disk: journal,
 * boot entries and root in one order. Then disks are made as a power cut at any instant of it may
 * leave them, caches lost and writes torn, and a machine is booted from each: it has to come up by
 * itself, and from outside everything has to be as it is without a cut.
 */
public final class ImagesProof {

  /**
   * What to prove.
   *
   * @param images so many cuts
   * @param shard those of them that are tried
   */
  public record Request(int images, Shard shard, BootProof.Request machine) {}

  private final Request request;
  private final Consumer<String> progress;
  private final List<ImagesReport.Image> told = new ArrayList<>();
  private Path folder;
  private Path source;

  /** Tells its progress line by line. */
  public ImagesProof(Request request, Consumer<String> progress) {
    this.request = request;
    this.progress = progress;
  }

  /**
   * Proves it; images that are lost are kept and told.
   *
   * @throws DemoFailed where the recording itself fails
   */
  public ImagesReport run() throws IOException, DemoFailed {
    folder = ProofFolder.emptied(request.machine().folder());
    source = request.machine().debian(folder, progress);
    long begun = System.nanoTime();
    progress.accept("installing it to a disk");
    Machine.Parts installed = Installation.make(folder, source, request.machine().launcher());
    Machine.Parts recorded = Machine.Parts.in(Files.createDirectories(folder.resolve("recorded")));
    installed.copyTo(recorded);
    Path logFile = folder.resolve("writes.log");
    StickWatch stick = record(recorded, logFile);
    WriteLog log = WriteLog.read(logFile);
    requireWhole(log, installed, recorded);
    recorded(recorded);
    progress.accept("recorded: %d writes and flushes".formatted(log.entries().size()));
    boot(installed, recorded, log, stick);
    return new ImagesReport(
        request.images(),
        request.shard(),
        request.machine().seed(),
        log.entries().size(),
        (int) log.entries().stream().filter(WriteLog.Entry::isFlush).count(),
        told,
        (System.nanoTime() - begun) / 1_000_000);
  }

  private StickWatch record(Machine.Parts parts, Path logFile) throws IOException, DemoFailed {
    Files.write(logFile, new byte[0]);
    StickWatch stick = new StickWatch(parts.stick(), logFile, folder.resolve("stick"));
    Path console = Files.createDirectories(folder.resolve("recorded-console"));
    Boots.Boot boot = new Boots(parts.recordedTo(logFile), console).up(stick);
    progress.accept("recorded boot, %d s: %s".formatted(boot.millis() / 1000, boot.end()));
    return stick;
  }

  /** What the images are to be measured by. */
  private void recorded(Machine.Parts parts) throws IOException, DemoFailed {
    Path work = Files.createDirectories(folder.resolve("recorded-work"));
    new FinishedMachine(parts, source, work).check(true).forEach(progress);
  }

  /**
   * A log that lacks a write would prove nothing: all of it, over the installed disk, is the disk.
   */
  private void requireWhole(WriteLog log, Machine.Parts installed, Machine.Parts recorded)
      throws IOException, DemoFailed {
    Path replayed = folder.resolve("replayed.img");
    HostTool.require("cp", "--sparse=always", installed.disk().toString(), replayed.toString());
    try (FileChannel data = log.open();
        FileChannel disk = FileChannel.open(replayed, StandardOpenOption.WRITE)) {
      CutImage.flush(log, 0, log.entries().size(), data, disk);
    }
    long differs = Files.mismatch(replayed, recorded.disk());
    Files.delete(replayed);
    if (differs >= 0) {
      throw new DemoFailed(
          1, "The write log does not lead to the recorded disk, which differs at byte " + differs);
    }
  }

  private void boot(Machine.Parts installed, Machine.Parts recorded, WriteLog log, StickWatch stick)
      throws IOException, DemoFailed {
    List<CutImage> plan = CutImage.plan(log, request.images(), request.machine().seed());
    Random random = new Random(request.machine().seed());
    int flushed = 0;
    try (FileChannel data = log.open();
        FileChannel durable = FileChannel.open(installed.disk(), StandardOpenOption.WRITE)) {
      for (int number = 1; number <= plan.size(); number++) {
        CutImage cut = plan.get(number - 1);
        CutImage.flush(log, flushed, cut.durable(), data, durable);
        flushed = Math.max(flushed, cut.durable());
        Path stickThen = stick.at(log, cut.position(), random);
        if (!request.shard().has(number, 1)) {
          continue;
        }
        Path place = folder.resolve("image-" + number);
        Machine.Parts machine = Machine.Parts.in(Files.createDirectories(place));
        // The TPM as it is in the end: what it keeps of a first boot was there from its making on.
        recorded.withDisk(installed.disk()).withStick(stickThen).copyTo(machine);
        try (FileChannel disk = FileChannel.open(machine.disk(), StandardOpenOption.WRITE)) {
          cut.apply(log, data, disk);
        }
        tell(new ImagesReport.Image(number, cut.words(log), goOn(machine, place)), place);
      }
    }
  }

  private ImagesReport.Verdict goOn(Machine.Parts machine, Path place) throws IOException {
    long begun = System.nanoTime();
    Boots boots = new Boots(machine, Files.createDirectories(place.resolve("console")));
    Optional<String> fault = Optional.empty();
    String end = "";
    try {
      end = boots.up().end();
      new FinishedMachine(machine, source, Files.createDirectories(place.resolve("work")))
          .check(boots.last().says(Boots.ENCRYPTED));
    } catch (DemoFailed lost) {
      fault = Optional.of(lost.getMessage());
    }
    return new ImagesReport.Verdict((System.nanoTime() - begun) / 1_000_000, end, fault);
  }

  /** A lost one is kept, with what its console said; of the others nothing is. */
  private void tell(ImagesReport.Image image, Path place) throws IOException, DemoFailed {
    told.add(image);
    progress.accept(image.words());
    if (image.verdict().fault().isEmpty()) {
      HostTool.require("rm", "-rf", "--one-file-system", place.toString());
    }
  }
}
