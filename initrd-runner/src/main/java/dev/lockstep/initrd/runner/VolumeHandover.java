package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.KeyTest;
import dev.lockstep.initrd.handover.HandoverPlan;
import dev.lockstep.initrd.handover.OwnKeys;
import dev.lockstep.initrd.handover.RecoveryKeyHandover;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.syscall.WholeFile;
import dev.lockstep.initrd.volume.VolumeWish.RecoveryKey;
import dev.lockstep.statemachine.firstboot.Phase;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a volume's recovery key goes, or comes from.
 *
 * <p>The key that several volumes share is made by the first of them and handed over once. As soon
 * as a volume is under LUKS2 with it, every other takes it from where it went, having seen that it
 * opens that volume: whatever a power cut comes between, there are never two.
 */
final class VolumeHandover {

  private final RunResources resources;

  VolumeHandover(RunResources resources) {
    this.resources = resources;
  }

  RecoveryKeyHandover of(DiskVolume volume) throws IOException {
    RecoveryKeyHandover.Surroundings around =
        new RecoveryKeyHandover.Surroundings(
            resources.disk().path(),
            namedBy(volume).partition().place().partitionUuid(),
            new OwnKeys(resources.mountedBoot(), resources.recoveryKeysInUse()::include),
            resources.boot(volume),
            resources.media());
    HandoverPlan plan = resources.request().handover();
    if (volume.recoveryKey() == RecoveryKey.OWN) {
      return RecoveryKeyHandover.of(plan.named(volume.name()), around);
    }
    Option<DiskVolume> first = givenBefore(volume);
    return first.isEmpty()
        ? RecoveryKeyHandover.of(plan, around)
        : RecoveryKeyHandover.given(
            plan, around, first.get().name(), key -> opens(first.get(), key));
  }

  /** A shared key's file on a medium has the root's name, whoever comes first. */
  private DiskVolume namedBy(DiskVolume volume) {
    return volume.recoveryKey() == RecoveryKey.SHARED ? resources.root() : volume;
  }

  /** Another volume that only the shared key would open without its TPM. */
  private Option<DiskVolume> givenBefore(DiskVolume volume) throws IOException {
    for (DiskVolume other : resources.volumes()) {
      if (!other.equals(volume)
          && other.recoveryKey() == RecoveryKey.SHARED
          && resources.phase(other.name(), other.folder()) instanceof Phase.UnderLuks) {
        return Option.some(other);
      }
    }
    return Option.none();
  }

  /** Asked of a copy of its header: the library mends one as soon as it loads it. */
  private boolean opens(DiskVolume volume, Secret key) throws IOException {
    byte[] header = new byte[Math.toIntExact(resources.request().policy().shiftBytes())];
    resources.bytesOf(volume).read(0, header);
    Path copy = resources.scratch().file("header-of-" + volume.name());
    WholeFile.write(copy, header);
    try (CryptDevice device = CryptDevice.open(copy)) {
      return device.load().keyslots().test(key) instanceof KeyTest.Opens;
    } finally {
      Files.delete(copy);
    }
  }
}
