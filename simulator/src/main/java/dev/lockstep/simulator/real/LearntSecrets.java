package dev.lockstep.simulator.real;

import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.tpm.Firmware;
import dev.lockstep.initrd.tpm.SealedCredential;
import dev.lockstep.initrd.tpm.Tpm;
import dev.lockstep.initrd.tpm.TpmDevice;
import dev.lockstep.simulator.demo.FinishedFolder;
import dev.lockstep.simulator.demo.HostTool;
import dev.lockstep.simulator.demo.SecretSearch;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a run tries to keep to itself, as somebody with the whole machine in their hands can learn
 * it: the conversion key and the seed of the journal's signatures by asking the machine's own TPM
 * while their blob is there.
 */
final class LearntSecrets implements AutoCloseable {

  /** As the runner names it; a blob of another name does not unseal. */
  private static final String CREDENTIAL = "lockstep.conversion-key";

  private static final int KEY_BYTES = 32;

  private final Set<String> known = new HashSet<>();
  private final List<Secret> conversionKeys = new ArrayList<>();
  private final List<Secret> seeds = new ArrayList<>();

  /**
   * Asks the TPM of a machine without power.
   *
   * @param scratch a folder for a copy of the TPM: to ask it would change it
   */
  void learn(Path machine, Path scratch) throws IOException {
    String blob = blob(FinishedFolder.disk(machine));
    if (blob.isEmpty() || !known.add(blob)) {
      return;
    }
    Path copy = scratch.resolve("asked-tpm");
    FinishedFolder.delete(copy);
    Laboratory.copy(FinishedFolder.tpm(machine), copy);
    Tpm tpm =
        new TpmDevice.Software(copy)
            .open(Firmware.DEFAULT)
            .getOrElseThrow(failure -> new IOException(failure.message()))
            .get();
    try (tpm) {
      var failure = new SealedCredential(blob).unseal(tpm, CREDENTIAL, this::keep);
      if (failure.isDefined()) {
        known.remove(blob); // torn: another look, at a later state, may find it whole
      }
    }
    FinishedFolder.delete(copy);
  }

  private void keep(java.lang.foreign.MemorySegment both) {
    try {
      conversionKeys.add(Secret.copyOf(both.asSlice(0, KEY_BYTES)));
      seeds.add(Secret.copyOf(both.asSlice(KEY_BYTES)));
    } catch (IOException noLockedMemory) {
      throw new java.io.UncheckedIOException(noLockedMemory);
    }
  }

  /** Base64, as systemd-creds wrote it; empty where there is none. */
  private static String blob(Path disk) throws IOException {
    long bootOffset;
    try (BlockDeviceFile file = BlockDeviceFile.open(disk, Access.READ_ONLY)) {
      bootOffset =
          DiskPartitions.read(file)
              .getOrElseThrow(wrong -> new IOException(wrong))
              .boot()
              .offsetBytes();
    }
    HostTool read =
        HostTool.run(
            List.of(
                "debugfs",
                "-R",
                "cat /" + PreparedFile.SEALED_KEY.path(),
                disk + "?offset=" + bootOffset));
    return read.printed()
        .lines()
        .filter(line -> line.matches("[A-Za-z0-9+/=]{16,}"))
        .collect(Collectors.joining("\n"));
  }

  /** Each that was learnt. */
  List<Secret> conversionKeys() {
    return List.copyOf(conversionKeys);
  }

  /** All of them and what the finished volume tells, to be looked for. */
  SecretSearch search(Secret recoveryKey, Secret volumeKey) {
    SecretSearch search =
        new SecretSearch().forRecoveryKey(recoveryKey).forSecret("the volume key", volumeKey);
    conversionKeys.forEach(key -> search.forSecret("a conversion key", key));
    seeds.forEach(seed -> search.forSecret("a seed of the journal's signatures", seed));
    return search;
  }

  @Override
  public void close() {
    conversionKeys.forEach(Secret::close);
    seeds.forEach(Secret::close);
  }
}
