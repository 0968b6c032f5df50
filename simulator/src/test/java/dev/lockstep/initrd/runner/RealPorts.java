package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.handover.RecoveryKeyHandover;
import dev.lockstep.initrd.tpm.SoftwareTpm;
import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Keys;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The runner's own adapters, for the contracts that models are held to as well. */
public final class RealPorts {

  private RealPorts() {}

  /** A boot partition of a whole file, mounted; closing unmounts it. */
  public record Boot(BootPartition files, AutoCloseable mount) {}

  public static Boot boot(Path image, String filesystem, Path mountPoint) throws IOException {
    MountedPartition mounted =
        MountedPartition.mount(
            image, 0, Files.size(image), filesystem, Files.createDirectories(mountPoint));
    return new Boot(new FolderBootPartition(mounted), mounted::closeForGood);
  }

  public static Keys keys(SoftwareTpm tpm) {
    return new TpmKeys(
        Option.some(tpm), RecoveryKeyHandover.NONE, Option.none(), OperatorKeys.NONE);
  }
}
