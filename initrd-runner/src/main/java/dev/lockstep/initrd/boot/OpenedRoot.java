package dev.lockstep.initrd.boot;

import dev.lockstep.statemachine.boot.Opener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Lets this very boot go on with the volume that was a plain filesystem when it began: opens it as
 * every later boot will, and tells systemd that {@code /sysroot} is now on {@code
 * /dev/mapper/root}.
 *
 * <p>Everything here is in memory. Where the power goes, the next boot takes the new entry, whose
 * arguments say all of this.
 */
final class OpenedRoot {

  private static final String NAME = "root";
  private static final Path MAPPED = Path.of("/dev/mapper", NAME);
  private static final String CRYPTSETUP = "/usr/lib/systemd/systemd-cryptsetup";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Its generator wrote the unit for the plain partition, before the first boot was begun. */
  private static final String MOUNT =
      """
      [Mount]
      What=/dev/mapper/root
      """;

  private static final String CHECK =
      """
      [Service]
      ExecStart=
      ExecStart=/usr/lib/systemd/systemd-fsck /dev/mapper/root
      """;

  /** What initramfs-tools reads once its scripts of the stage local-top have run. */
  private static final String PARAMETERS = "ROOT=/dev/mapper/root\n";

  private final Path units;
  private final Path parameters;

  OpenedRoot() {
    this(Path.of("/run/systemd/system"), Path.of("/conf/param.conf"));
  }

  /**
   * An initrd.
   *
   * @param units where systemd looks for units that are gone with the power; the folder is there
   *     where systemd is the first process, and nowhere else (sd_booted(3))
   * @param parameters where initramfs-tools looks
   */
  OpenedRoot(Path units, Path parameters) {
    this.units = units;
    this.parameters = parameters;
  }

  /**
   * Returns when systemd knows the opened volume.
   *
   * @throws IOException with a sentence; a restart opens it by the new boot entry
   */
  void open(BootDisk disk, Opener opener) throws IOException {
    String partition = disk.root().toString();
    require(SettledDisk.await(disk.disk()), "udev does not answer");
    // udev looked at a plain filesystem: its links to that must be gone before systemd goes on.
    require(
        SystemTool.succeeds(
            PATIENCE, "udevadm", "trigger", "--settle", "--action=change", partition),
        "udev does not answer");
    if (!Files.exists(MAPPED)) {
      require(
          SystemTool.run(CRYPTSETUP, "attach", NAME, partition, "-", opener.option()) == 0,
          "systemd-cryptsetup could not open it");
    }
    require(SystemTool.succeeds(PATIENCE, "udevadm", "settle"), "udev does not answer");
    if (turnRoot()) {
      tellSystemd();
    }
  }

  private static void tellSystemd() throws IOException {
    require(SystemTool.succeeds(PATIENCE, "systemctl", "daemon-reload"), "systemd does not answer");
    // What is bound to a device fails at once where systemd has not heard of the device yet.
    require(
        SystemTool.succeeds(PATIENCE, "systemctl", "start", "dev-mapper-root.device"),
        "systemd does not see " + MAPPED);
  }

  /** Names the opened volume as the root; whether systemd has to be told. */
  boolean turnRoot() throws IOException {
    if (!Files.isDirectory(units)) {
      Files.writeString(
          parameters, PARAMETERS, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      return false;
    }
    write("sysroot.mount.d", MOUNT);
    write("systemd-fsck-root.service.d", CHECK);
    return true;
  }

  private void write(String folder, String text) throws IOException {
    Path place = Files.createDirectories(units.resolve(folder));
    Files.writeString(place.resolve("60-lockstep.conf"), text);
  }

  private static void require(boolean done, String why) throws IOException {
    if (!done) {
      throw new IOException("the encrypted root can't be opened in this boot: " + why);
    }
  }
}
