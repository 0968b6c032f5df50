package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.LibraryVersion;
import dev.lockstep.initrd.tpm.Lockout;
import dev.lockstep.initrd.tpm.Tpm;
import dev.lockstep.initrd.tpm.TpmFailure;
import dev.lockstep.statemachine.port.Surroundings;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** This machine's facts. */
final class SystemSurroundings implements Surroundings {

  private static final Path POWER_SUPPLIES = Path.of("/sys/class/power_supply");

  private final UUID diskId;
  private final DiskPartitions.Place partition;
  private final FolderBootPartition boot;
  private final Option<Tpm> tpm;

  SystemSurroundings(
      UUID diskId, DiskPartitions.Place partition, FolderBootPartition boot, Option<Tpm> tpm) {
    this.diskId = diskId;
    this.partition = partition;
    this.boot = boot;
    this.tpm = tpm;
  }

  @Override
  public Facts look() throws IOException {
    Option<TpmObjection> objection = tpmObjection(tpm);
    return new Facts(
        new DiskIdentity(diskId.toString(), partition.partitionUuid().toString()),
        partition.sizeBytes(),
        LibraryVersion.loaded().map(Object::toString).orElse("(missing)"),
        objection.map(TpmObjection::health).getOrElse(TpmHealth.READY),
        objection.map(TpmObjection::sentence).getOrElse(""),
        boot.freeBytes(),
        onBattery(POWER_SUPPLIES));
  }

  /** Why the TPM can't be used, in one sentence. */
  record TpmObjection(TpmHealth health, String sentence) {}

  /** Reading the TPM's counter spends no try. */
  static Option<TpmObjection> tpmObjection(Option<Tpm> tpm) {
    if (tpm.isEmpty()) {
      return Option.some(
          new TpmObjection(
              TpmHealth.ABSENT,
              "There is no TPM to keep the key that resumes after a power cut; name one with"
                  + " --tpm2-device."));
    }
    Either<TpmFailure, Lockout> lockout = Lockout.read(tpm.get());
    if (lockout.isLeft()) {
      return Option.some(
          new TpmObjection(
              TpmHealth.SILENT, "The TPM does not answer: " + lockout.getLeft().message()));
    }
    return Option.when(
        lockout.get().isNear(),
        () -> new TpmObjection(TpmHealth.LOCKED_OUT, lockout.get().sentence()));
  }

  /** A battery that discharges, and no mains that is connected. */
  static boolean onBattery(Path supplies) throws IOException {
    if (!Files.isDirectory(supplies)) {
      return false;
    }
    boolean discharging = false;
    boolean mains = false;
    try (DirectoryStream<Path> each = Files.newDirectoryStream(supplies)) {
      for (Path supply : each) {
        discharging |=
            read(supply, "type").equals("Battery") && read(supply, "status").equals("Discharging");
        mains |= read(supply, "online").equals("1");
      }
    }
    return discharging && !mains;
  }

  private static String read(Path supply, String name) {
    try {
      return Files.readString(supply.resolve(name)).strip();
    } catch (IOException absent) {
      return "";
    }
  }
}
