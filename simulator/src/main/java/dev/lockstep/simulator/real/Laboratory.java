package dev.lockstep.simulator.real;

import dev.lockstep.installer.filesystem.BootImage;
import dev.lockstep.installer.filesystem.RootFilesystem;
import dev.lockstep.installer.filesystem.RootImage;
import dev.lockstep.installer.install.InstallRequest;
import dev.lockstep.installer.install.InstallSession;
import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.FinishedFolder;
import dev.lockstep.simulator.demo.HostTool;
import dev.lockstep.simulator.demo.SourceMaker;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.machine.Ending;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A folder with one installed image, never booted, and copies of it to boot; or of a machine to
 * which more has happened.
 *
 * @param folder is removed at the end, apart from what is kept
 * @param launcher the program that a user would call
 * @param begun what is copied in place of the installed image
 */
record Laboratory(Path folder, Path launcher, Optional<Begun> begun) {

  /**
   * A machine to which more has happened.
   *
   * @param machine its folder
   * @param keyFile given to each run; its recovery key's if there is none
   * @param keysOfOthers keyslots that another tool made
   */
  record Begun(Path machine, Optional<Path> keyFile, int keysOfOthers) {}

  /** ESP, boot partition and reserve, and the smallest tree worth it. */
  static final long SMALLEST_DISK_BYTES = 256L << 20;

  static void requireSize(long diskBytes) {
    if (diskBytes < SMALLEST_DISK_BYTES) {
      throw new IllegalArgumentException(
          "--disk-size must be 256M at least: boot partition and reserve take most of it");
    }
  }

  /** Makes a small tree and installs it, once. */
  static Laboratory make(Path folder, Path launcher, long diskBytes, long seed)
      throws IOException, DemoFailed {
    return make(folder, launcher, diskBytes, Math.min(diskBytes / 20, 64L << 20), seed);
  }

  /** Makes a tree with about so much content and installs it, once. */
  static Laboratory make(Path folder, Path launcher, long diskBytes, long contentBytes, long seed)
      throws IOException, DemoFailed {
    Laboratory laboratory = new Laboratory(folder.toRealPath(), launcher, Optional.empty());
    SourceMaker.Made _ = SourceMaker.make(laboratory.source(), seed, contentBytes);
    InstallRequest install =
        new InstallRequest(
            laboratory.source(),
            laboratory.pristine(),
            Option.some(diskBytes),
            false,
            true,
            false,
            BootImage.Type.EXT4,
            RootFilesystem.EXT4,
            RootImage.Size.USED,
            Option.none(),
            List.of(),
            List.of());
    if (new InstallSession(install, Witness.none()).run() instanceof Ending.Stopped stopped) {
      throw new DemoFailed(stopped.refusal().kind().exitCode(), stopped.refusal().sentence());
    }
    return laboratory;
  }

  Path source() {
    return folder.resolve("source");
  }

  Path pristine() {
    return folder.resolve("pristine.img");
  }

  /** An empty folder of the demo's layout, with another one's name replaced. */
  Path fresh(String name) throws IOException {
    Path fresh = folder.resolve(name);
    FinishedFolder.delete(fresh);
    Files.createDirectories(fresh);
    Files.createSymbolicLink(FinishedFolder.source(fresh), source());
    return fresh;
  }

  Laboratory from(Begun other) {
    return new Laboratory(folder, launcher, Optional.of(other));
  }

  int keysOfOthers() {
    return begun.map(Begun::keysOfOthers).orElse(0);
  }

  /** A fresh copy of what the runs begin with. */
  Path installed(String name) throws IOException {
    Path fresh = fresh(name);
    if (begun.isPresent()) {
      copyMachine(begun.get().machine(), fresh);
    } else {
      copy(pristine(), FinishedFolder.disk(fresh));
    }
    return fresh;
  }

  /** What a user types, in a folder. */
  List<String> command(Path at) {
    List<String> words =
        new ArrayList<>(
            List.of(
                launcher.toString(),
                "firstboot",
                "run",
                "--disk",
                FinishedFolder.disk(at).toString(),
                "--tpm2-device",
                "swtpm:" + FinishedFolder.tpm(at),
                "--growth", // grown, the filesystem would differ from what was noted, byte for byte
                "at-boot",
                "--recovery-key-out",
                FinishedFolder.recoveryKey(at).toString()));
    begun.ifPresent(
        other -> {
          Path key = other.keyFile().orElse(FinishedFolder.recoveryKey(at));
          words.addAll(List.of("--key-file", key.toString()));
        });
    return List.copyOf(words);
  }

  /** A file or a folder, with its holes, and without a second copy where the disk can do that. */
  static void copy(Path from, Path to) throws IOException {
    HostTool copied =
        HostTool.run(
            List.of(
                "cp", "-a", "--sparse=always", "--reflink=auto", from.toString(), to.toString()));
    if (copied.exitCode() != 0) {
      throw new IOException("a copy could not be made: " + copied.firstLine());
    }
  }

  /** What a machine consists of: its disk, its TPM, and the medium with the recovery key. */
  static void copyMachine(Path from, Path to) throws IOException {
    for (Path part :
        List.of(
            FinishedFolder.disk(from),
            FinishedFolder.tpm(from),
            FinishedFolder.recoveryKey(from))) {
      if (Files.exists(part)) {
        copy(part, to.resolve(part.getFileName()));
      }
    }
  }
}
