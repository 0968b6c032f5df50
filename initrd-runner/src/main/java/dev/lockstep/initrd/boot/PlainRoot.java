package dev.lockstep.initrd.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Lets this very boot go on with the root as it was installed, once whoever mounts it will find it.
 */
final class PlainRoot {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LINKS = "/dev/disk/by-partuuid/";

  /** There where systemd is the first process, and nowhere else (sd_booted(3)). */
  private static final Path SYSTEMD = Path.of("/run/systemd/system");

  private PlainRoot() {}

  /**
   * Returns when the partition is there, and stays.
   *
   * @return false where it is not to be had; whoever mounts it will say so
   */
  static boolean await(BootDisk disk) throws IOException {
    String link = LINKS + disk.rootId();
    if (!SettledDisk.await(disk.disk()) || !Files.exists(Path.of(link))) {
      return false;
    }
    // What is bound to a device fails at once where systemd has not heard of the device yet.
    return !Files.isDirectory(SYSTEMD)
        || SystemTool.succeeds(PATIENCE, "systemctl", "start", unit(link));
  }

  /**
   * The name of a device's unit (systemd.unit(5), "string escaping for inclusion in unit names").
   */
  static String unit(String device) {
    return device.substring(1).replace("-", "\\x2d").replace('/', '-') + ".device";
  }
}
