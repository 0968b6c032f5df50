package dev.lockstep.initrd.boot;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A disk whose partitions stay. Whoever closes a whole disk that was open for writing has udev read
 * its partition table again, and for that moment its partitions are gone: what opens, checks or
 * mounts one of them just then fails for good, and the boot ends in the emergency shell.
 */
final class SettledDisk {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private SettledDisk() {}

  /** Returns when udev is through with the disk; false where it does not answer. */
  static boolean await(Path disk) throws IOException {
    // The change is told behind whatever the closing has set off, so this waits for both.
    return SystemTool.succeeds(
            PATIENCE, "udevadm", "trigger", "--settle", "--action=change", disk.toString())
        && SystemTool.succeeds(PATIENCE, "udevadm", "settle");
  }
}
