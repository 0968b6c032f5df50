package dev.lockstep.simulator.demo;

import dev.lockstep.initrd.cryptsetup.KeyTest;
import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A finished first boot in a folder of the demo's layout (disk.img, tpm/, recovery-key, source),
 * judged as the demo judges its own: for others that cut power in other ways.
 */
public final class FinishedFolder {

  private FinishedFolder() {}

  /** Where the image lies. */
  public static Path disk(Path folder) {
    return new DemoFolder(folder).disk();
  }

  /** Where the software TPM's state lies. */
  public static Path tpm(Path folder) {
    return new DemoFolder(folder).tpm();
  }

  /** Where the recovery key is handed to. */
  public static Path recoveryKey(Path folder) {
    return new DemoFolder(folder).recoveryKey();
  }

  /** The tree that was installed, or a link to it. */
  public static Path source(Path folder) {
    return new DemoFolder(folder).source();
  }

  /**
   * Proves all that can be proved.
   *
   * @param plain the filesystem right before its conversion, where it could be noted
   * @param keysOfOthers keyslots that another tool made
   * @return what does not hold, in a sentence; empty when all of it does
   */
  public static Optional<String> fault(Path folder, Optional<PlainSnapshot> plain, int keysOfOthers)
      throws IOException {
    DemoFolder demo = new DemoFolder(folder.toRealPath());
    Check.Log log = new Check.Log(_ -> {});
    try {
      Files.createDirectories(demo.work());
      Verification.Proof _ = Verification.ofOneOfMany(demo, plain, keysOfOthers, log).run();
      try (FinishedDisk disk = FinishedDisk.open(demo.disk())) {
        BootChecks.leftovers(log, disk, demo.mountedBoot());
      }
      return Optional.empty();
    } catch (DemoFailed | IOException failed) {
      String name = log.results().isEmpty() ? "Opened" : log.results().getLast().name();
      return Optional.of(name + ": " + failed.getMessage());
    } finally {
      demo.clearWork();
    }
  }

  /** The key that encrypts the data, got with the recovery key; the caller wipes it. */
  public static Secret volumeKey(Path folder) throws IOException {
    try (FinishedDisk disk = FinishedDisk.open(disk(folder))) {
      return disk.volumeKey(recoveryKey(folder));
    } catch (DemoFailed failed) {
      throw new IOException(failed.getMessage(), failed);
    }
  }

  /**
   * Proves that only its owners open a finished volume: no key that was retired, no other TPM, not
   * its own with other firmware, and slot 0 is gone.
   *
   * @return what does not hold, in a sentence; empty when all of it does
   */
  public static Optional<String> strangersFault(Path folder, List<Secret> retired)
      throws IOException {
    DemoFolder demo = new DemoFolder(folder.toRealPath());
    try (FinishedDisk disk = FinishedDisk.open(demo.disk())) {
      Files.createDirectories(demo.work());
      Check.require(
          disk.header().metadata().keyslots().stream().noneMatch(slot -> slot.id() == 0),
          "The conversion key's keyslot 0 is still there.");
      for (Secret key : retired) {
        KeyTest test = disk.withCryptsetup(device -> device.keyslots().test(key));
        Check.require(
            !(test instanceof KeyTest.Opens), "A conversion key still opens the volume: " + test);
      }
      VolumeChecks.refusesOthers(new Check.Log(_ -> {}), disk, demo);
      return Optional.empty();
    } catch (DemoFailed failed) {
      return Optional.of(failed.getMessage());
    } finally {
      demo.clearWork();
    }
  }

  /** Removes a folder and all in it; follows no symbolic link. */
  public static void delete(Path folder) throws IOException {
    DemoFolder.delete(folder);
  }
}
