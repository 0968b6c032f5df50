package dev.lockstep.simulator.real;

import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.syscall.AttachedLoop;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.FinishedFolder;
import dev.lockstep.simulator.demo.PlainSnapshot;
import dev.lockstep.simulator.demo.StoryStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * One first boot from start to end, with the disk looked at behind each of its syncs while all of
 * its processes stand still: so the keys are the same in every state that is made of it.
 *
 * <p>What is durable before what:
 *
 * <ul>
 *   <li><b>Root partition.</b> A sync of the image, of a loop device over the root partition or of
 *       the mounted root makes all durable that was written before; a sync of the boot partition
 *       does not, though on one disk it would flush the disk's cache too: root and boot may lie on
 *       two. What still is in a loop device's cache at a stop is written out by us and counts as
 *       not flushed. While the root is mounted, its kernel orders its writes.
 *   <li><b>Boot partition.</b> Mounted all the time: as it is at either end of the epoch. The state
 *       at its beginning is the one <em>behind</em> the last sync, with the intent in it that the
 *       next writes follow.
 *   <li><b>TPM.</b> A command's effect is durable when it returns, and what the runner writes
 *       afterwards may be lost. So the TPM is as at the end; as at the beginning only with
 *       everything else as at the beginning.
 *   <li><b>Recovery key.</b> Not durable before its own sync returns, so either end, whatever the
 *       others are.
 * </ul>
 *
 * <p>The kernel's block events (tracefs) would tell each request, but not its content, and what is
 * to be reordered here is content; a sector that is written twice between two syncs is known by its
 * last content only.
 */
final class Recording {

  private final List<Epoch> epochs = new ArrayList<>();
  private final Laboratory laboratory;
  private final Predicate<SyncPoint> keepsFlushes;
  private final Path folder;
  private final Path copies;
  private SortedMap<Long, Long> pending = new TreeMap<>();
  private StoryStep step = StoryStep.PREFLIGHT;
  private List<SyncPoint> points = List.of();
  private long cachedSectors;
  private Optional<PlainSnapshot> plain = Optional.empty();
  private int settledAt;

  private Recording(Laboratory laboratory, Predicate<SyncPoint> keepsFlushes) throws IOException {
    this.laboratory = laboratory;
    this.keepsFlushes = keepsFlushes;
    this.folder = laboratory.installed("recorded");
    this.copies = Files.createDirectories(laboratory.folder().resolve("ends"));
  }

  /**
   * Runs a first boot.
   *
   * @param keepsFlushes false for syncs that the disk acknowledges and does not carry out: a disk
   *     outside the contract, for the test that this finds something
   */
  static Recording make(Laboratory laboratory, Predicate<SyncPoint> keepsFlushes)
      throws IOException {
    Recording recording = new Recording(laboratory, keepsFlushes);
    recording.record();
    return recording;
  }

  /** Those in which something changed. */
  List<Epoch> epochs() {
    return List.copyOf(epochs);
  }

  /** Every sync of the run. */
  List<SyncPoint> points() {
    return points;
  }

  /** How many sectors were found in the cache of a loop device at a stop. */
  long cachedSectors() {
    return cachedSectors;
  }

  /** Each of them, as it is in another run too. */
  List<String> shapes() {
    return points.stream().map(point -> point.shape(folder)).toList();
  }

  /** The sync behind which the plain filesystem does not change any more. */
  int settledAt() {
    return settledAt;
  }

  /** The filesystem as it was there. */
  Optional<PlainSnapshot> plain() {
    return plain;
  }

  /** Notes the filesystem of a first boot that stands still before its conversion. */
  static PlainSnapshot plain(Path folder) throws IOException {
    try {
      return PlainSnapshot.take(FinishedFolder.disk(folder));
    } catch (DemoFailed notPlain) {
      throw new IOException(notPlain.getMessage(), notPlain);
    }
  }

  /** The finished folder, for the judge. */
  Path folder() {
    return folder;
  }

  /** The content of the sectors. */
  Path store() {
    return laboratory.folder().resolve("store");
  }

  private void record() throws IOException {
    Path seen = laboratory.folder().resolve("seen.img");
    Laboratory.copy(laboratory.pristine(), seen);
    Path disk = FinishedFolder.disk(folder);
    DiskPartitions partitions;
    try (BlockDeviceFile file = BlockDeviceFile.open(disk, Access.READ_ONLY)) {
      partitions = DiskPartitions.read(file).getOrElseThrow(wrong -> new IOException(wrong));
    }
    try (DiskWatch watch = new DiskWatch(disk, seen, store());
        TracedRun run = TracedRun.start(laboratory.command(folder), folder)) {
      for (Optional<SyncPoint> at = run.next(); at.isPresent(); at = run.next()) {
        SyncTarget target = SyncTarget.of(at.get(), disk, partitions);
        if (target != SyncTarget.MEMORY) { // nothing of the disk is durable by it
          run.hold();
          see(at.get(), target, watch, partitions);
        }
        run.goOn();
      }
      points = run.points();
      if (run.exitCode() != 0) {
        throw new IOException("a first boot that was not cut failed: " + run.lastWords());
      }
    }
    Files.delete(seen);
  }

  private void see(SyncPoint point, SyncTarget target, DiskWatch watch, DiskPartitions partitions)
      throws IOException {
    DiskPartitions.Place root = partitions.root();
    DiskPartitions.Place boot = partitions.boot();
    SortedMap<Long, Long> written = watch.lookUntilStill(root.offsetBytes(), root.sizeBytes());
    SortedMap<Long, Long> inBoot = watch.lookUntilStill(boot.offsetBytes(), boot.sizeBytes());
    StoryStep before = step;
    if (target == SyncTarget.JOURNAL) {
      step = LastStep.in(FinishedFolder.disk(folder));
    }
    SortedMap<Long, Long> cached =
        writeCachesOut(root)
            ? watch.lookUntilStill(root.offsetBytes(), root.sizeBytes())
            : new TreeMap<>();
    cachedSectors += cached.size();

    pending.putAll(written);
    if (plain.isEmpty() && step.compareTo(StoryStep.CONFIGURE) > 0) {
      plain = Optional.of(plain(folder));
      settledAt = point.number();
    }
    boolean flushes = target == SyncTarget.ROOT && keepsFlushes.test(point);
    Epoch epoch =
        new Epoch(
            "sync %d (%s)".formatted(point.number(), point.shape(folder)),
            before.compareTo(StoryStep.CONFIGURE) > 0,
            step.title(),
            SectorWrites.of(pending),
            before == StoryStep.CONFIGURE || step == StoryStep.CONFIGURE,
            flushes,
            SectorWrites.of(inBoot),
            ends(FinishedFolder.tpm(folder), "tpm", point, Epoch::tpm),
            ends(FinishedFolder.recoveryKey(folder), "key", point, Epoch::key));
    if (!epoch.changesNothing()) {
      epochs.add(epoch);
    }
    if (flushes) {
      pending = new TreeMap<>();
    }
    pending.putAll(cached);
  }

  /** Whether there was any loop device over the root partition. */
  private boolean writeCachesOut(DiskPartitions.Place root) throws IOException {
    boolean any = false;
    for (AttachedLoop loop : AttachedLoop.on(FinishedFolder.disk(folder))) {
      if (loop.window().offsetBytes() == root.offsetBytes()) {
        try (BlockDeviceFile device = BlockDeviceFile.open(loop.device(), Access.READ_ONLY)) {
          device.flush();
        }
        any = true;
      }
    }
    return any;
  }

  private Epoch.BothEnds ends(
      Path original,
      String name,
      SyncPoint point,
      java.util.function.Function<Epoch, Epoch.BothEnds> ofEpoch)
      throws IOException {
    Optional<Path> before =
        epochs.isEmpty() ? Optional.empty() : ofEpoch.apply(epochs.getLast()).after();
    if (!Files.exists(original)) {
      return new Epoch.BothEnds(before, Optional.empty());
    }
    if (before.isPresent() && isSame(original, before.get())) {
      return new Epoch.BothEnds(before, before);
    }
    Path copy = copies.resolve(name + "-" + point.number());
    Laboratory.copy(original, copy);
    return new Epoch.BothEnds(before, Optional.of(copy));
  }

  private static boolean isSame(Path one, Path other) throws IOException {
    if (Files.isRegularFile(one)) {
      return Files.isRegularFile(other) && Files.mismatch(one, other) < 0;
    }
    String[] names = one.toFile().list();
    String[] others = other.toFile().list();
    if (names == null || others == null) {
      return false;
    }
    Arrays.sort(names);
    Arrays.sort(others);
    if (!Arrays.equals(names, others)) {
      return false;
    }
    for (String name : names) {
      if (!isSame(one.resolve(name), other.resolve(name))) {
        return false;
      }
    }
    return true;
  }
}
