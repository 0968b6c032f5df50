package dev.lockstep.simulator.qemu;

import dev.lockstep.initrd.tpm.Firmware;
import dev.lockstep.initrd.tpm.SoftwareTpm;
import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.HostTool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A machine that was never switched on: its disk installed by our installer, its stick blank. */
final class Installation {

  static final long STICK_BYTES = 64L << 20;
  private static final String DISK_SIZE = "1792M";

  private Installation() {}

  /**
   * Makes it.
   *
   * @param source what is installed
   * @param launcher Lockstep's
   */
  static Machine.Parts make(Path folder, Path source, Path launcher)
      throws IOException, DemoFailed {
    Machine.Parts parts = Machine.Parts.in(folder);
    HostTool.require(
        launcher.toString(),
        "install",
        "to-disk",
        "--source",
        source.toString(),
        "--size",
        DISK_SIZE,
        "--karg",
        "console=ttyS0",
        "--karg",
        "no_timer_check", // a busy host's clock is no fault of the guest's
        "--karg",
        "panic=-1", // goes off, where it would stand
        parts.disk().toString());
    try (RandomAccessFile stick = new RandomAccessFile(parts.stick().toFile(), "rw")) {
      stick.setLength(STICK_BYTES);
    }
    HostTool.require("mkfs.vfat", "-n", "STICK", parts.stick().toString());
    Files.copy(Machine.FIRMWARE_VARIABLES, parts.variables(), StandardCopyOption.REPLACE_EXISTING);
    makeTpm(parts.tpm());
    return parts;
  }

  /** Of 32 tries, as a PC has them: swtpm makes one of 3, and each power cut may cost one. */
  private static void makeTpm(Path state) throws DemoFailed {
    SoftwareTpm.start(state, Firmware.DEFAULT)
        .getOrElseThrow(failed -> new DemoFailed(1, failed.message()))
        .close();
  }
}
