package dev.lockstep.simulator.real;

import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.syscall.AttachedLoop;
import java.io.IOException;
import java.nio.file.Path;

/** What a sync makes durable. */
enum SyncTarget {
  /** A record of the journal, on the boot partition. */
  JOURNAL,
  /** The root partition: through the image, a loop device or the mounted root. */
  ROOT,
  /** Something else that outlives a power cut: the boot partition, the recovery key. */
  OTHER,
  /** A file on the runner's tmpfs: nothing. */
  MEMORY;

  /** In the place of a name, for a sync of mapped memory. */
  static final String MAPPED = "the journal's mapping";

  /** Of a process with a mount namespace of its own the kernel may tell more before it. */
  private static final String SCRATCH = "(/.*)?/run/lockstep/run-\\d++";

  /** While the run stands behind the sync. */
  static SyncTarget of(SyncPoint point, Path disk, DiskPartitions partitions) throws IOException {
    String target = point.target();
    if (target.endsWith(disk.toString()) || target.matches(SCRATCH + "/root(/.*)?")) {
      return ROOT;
    }
    if (target.startsWith("/dev/loop")) {
      for (AttachedLoop loop : AttachedLoop.on(disk)) {
        if (loop.device().toString().equals(target)) {
          return loop.window().offsetBytes() == partitions.root().offsetBytes() ? ROOT : OTHER;
        }
      }
      return OTHER;
    }
    if (target.equals(MAPPED) || target.matches(SCRATCH + "/boot/lockstep/journal/.*")) {
      return JOURNAL;
    }
    return target.matches(SCRATCH + "(?!/boot(/|$)).*") ? MEMORY : OTHER;
  }
}
