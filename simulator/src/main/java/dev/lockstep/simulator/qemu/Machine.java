package dev.lockstep.simulator.qemu;

import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.HostTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One boot of a machine: QEMU without hardware help, and the software TPM that lives as long.
 *
 * <p>To cut the power is to kill both. What the guest had handed to its disk is kept, whether it
 * flushed or not, since the host's page cache outlives QEMU: this tests the order of steps in a
 * real boot, not lost caches; those are the business of {@code qemu-kill.sh} and of {@code simulate
 * real --reorder}.
 */
final class Machine implements AutoCloseable {

  private static final String FIRMWARE = "/usr/share/OVMF/OVMF_CODE_4M.fd";

  /** Written by the firmware: where it keeps its boot entries. */
  static final Path FIRMWARE_VARIABLES = Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd");

  /**
   * Without AVX the guest's kernel takes the AES code that QEMU is five times as fast with. Without
   * ERMS it clears a page by words: QEMU takes up to seconds for one, byte by byte, where it has
   * translated code of the same page before. A fifth level of page tables costs a look at each
   * miss, and a module for virtual machines in the virtual machine half a minute to load.
   */
  private static final String PROCESSOR = "max,-avx,-avx2,-erms,-la57,-svm";

  private static final int PATIENCE_MILLIS = 10_000;

  /**
   * What a machine is made of.
   *
   * @param disk its only disk
   * @param stick a removable medium in it
   * @param variables the firmware's own memory
   * @param tpm the TPM's state folder
   * @param writeLog where each write and flush of the disk is recorded, if at all; made anew
   */
  record Parts(Path disk, Path stick, Path variables, Path tpm, Optional<Path> writeLog) {

    /** The parts of a machine that is kept in this folder. */
    static Parts in(Path folder) {
      return new Parts(
          folder.resolve("disk.img"),
          folder.resolve("stick.img"),
          folder.resolve("firmware-variables"),
          folder.resolve("tpm"),
          Optional.empty());
    }

    Parts withTpm(Path other) {
      return new Parts(disk, stick, variables, other, writeLog);
    }

    Parts withDisk(Path other) {
      return new Parts(other, stick, variables, tpm, writeLog);
    }

    Parts withStick(Path other) {
      return new Parts(disk, other, variables, tpm, writeLog);
    }

    Parts recordedTo(Path log) {
      return new Parts(disk, stick, variables, tpm, Optional.of(log));
    }

    /** Another machine, alike to the byte. */
    void copyTo(Parts other) throws IOException, DemoFailed {
      HostTool.require("cp", "-a", "--sparse=always", disk.toString(), other.disk.toString());
      HostTool.require("cp", "-a", "--sparse=always", stick.toString(), other.stick.toString());
      HostTool.require("cp", "-a", variables.toString(), other.variables.toString());
      if (Files.exists(tpm)) {
        HostTool.require("cp", "-a", tpm.toString(), other.tpm.toString());
      }
    }
  }

  private final Process tpm;
  private final Process qemu;
  private final Console console;
  private final boolean isRecorded;

  private Machine(Process tpm, Process qemu, Console console, boolean isRecorded) {
    this.tpm = tpm;
    this.qemu = qemu;
    this.console = console;
    this.isRecorded = isRecorded;
  }

  /**
   * Switches it on.
   *
   * @param serial what it says is written here
   */
  static Machine start(Parts parts, Path serial) throws IOException {
    Files.deleteIfExists(serial);
    Files.createDirectories(parts.tpm());
    Path socket = parts.tpm().resolve("control");
    Files.deleteIfExists(socket);
    if (parts.writeLog().isPresent()) { // which QEMU wants to be there, and empty
      Files.write(parts.writeLog().get(), new byte[0]);
    }
    Process tpm =
        start(
            serial,
            List.of(
                "swtpm",
                "socket",
                "--tpm2",
                "--tpmstate",
                "dir=" + parts.tpm(),
                "--ctrl",
                "type=unixio,path=" + socket));
    try {
      awaitSocket(socket, tpm);
      return new Machine(
          tpm,
          start(serial, qemu(parts, socket, serial)),
          new Console(serial),
          parts.writeLog().isPresent());
    } catch (IOException failed) {
      kill(tpm);
      throw failed;
    }
  }

  private static List<String> qemu(Parts parts, Path socket, Path serial) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("qemu-system-x86_64", "-machine", "q35", "-accel", "tcg"));
    words.addAll(List.of("-cpu", PROCESSOR, "-smp", "2", "-m", "2048"));
    words.addAll(List.of("-nodefaults", "-display", "none", "-no-reboot"));
    words.addAll(
        List.of("-drive", "if=pflash,format=raw,unit=0,readonly=on,file=" + FIRMWARE, "-drive"));
    words.add("if=pflash,format=raw,unit=1,file=" + parts.variables());
    words.addAll(List.of("-serial", "file:" + serial));
    words.addAll(List.of("-chardev", "socket,id=control,path=" + socket));
    words.addAll(List.of("-tpmdev", "emulator,id=tpm,chardev=control"));
    words.addAll(List.of("-device", "tpm-tis,tpmdev=tpm"));
    words.addAll(disk(parts));
    words.addAll(List.of("-device", "virtio-blk-pci,drive=disk"));
    words.addAll(
        List.of("-blockdev", "driver=file,filename=" + parts.stick() + ",node-name=stick"));
    words.addAll(List.of("-device", "virtio-scsi-pci"));
    words.addAll(List.of("-device", "scsi-hd,drive=stick,removable=on"));
    return words;
  }

  private static List<String> disk(Parts parts) {
    String file = "driver=file,filename=" + parts.disk() + ",node-name=";
    if (parts.writeLog().isEmpty()) {
      return List.of("-blockdev", file + "disk");
    }
    return List.of(
        "-blockdev",
        file + "medium,cache.direct=on,aio=threads",
        "-blockdev",
        "driver=file,filename=" + parts.writeLog().get() + ",node-name=log",
        "-blockdev",
        "driver=blklogwrites,node-name=disk,file=medium,log=log,log-sector-size="
            + WriteLog.SECTOR_BYTES);
  }

  private static Process start(Path serial, List<String> words) throws IOException {
    Path said = serial.resolveSibling(words.getFirst() + ".log");
    // Whoever ends the proof ends the machine, however: nobody else would ever stop it.
    List<String> all = new ArrayList<>(List.of("setpriv", "--pdeathsig", "SIGKILL"));
    all.addAll(words);
    return new ProcessBuilder(all)
        .redirectErrorStream(true)
        .redirectOutput(said.toFile())
        .redirectInput(Path.of("/dev/null").toFile())
        .start();
  }

  private static void awaitSocket(Path socket, Process tpm) throws IOException {
    for (int waited = 0; waited < PATIENCE_MILLIS; waited += 50) {
      if (Files.exists(socket)) {
        return;
      }
      if (!tpm.isAlive()) {
        break;
      }
      pause(50);
    }
    throw new IOException("swtpm did not start; " + socket.resolveSibling("swtpm.log"));
  }

  Console console() {
    return console;
  }

  boolean isOn() {
    return qemu.isAlive();
  }

  /** Pulls the plug; of a machine that is recorded, once disk and log are at one. */
  @Override
  public void close() {
    if (isRecorded) {
      qemu.destroy(); // QEMU ends what is under way, and writes nothing more for the guest
      awaitEnd(qemu);
    }
    kill(qemu);
    kill(tpm);
  }

  private static void kill(Process process) {
    process.destroyForcibly();
    awaitEnd(process);
  }

  private static void awaitEnd(Process process) {
    try {
      boolean _ = process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}
