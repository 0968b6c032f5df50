package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.CryptException;
import dev.lockstep.initrd.cryptsetup.HeaderReading;
import dev.lockstep.initrd.cryptsetup.KeyTest;
import dev.lockstep.initrd.cryptsetup.Luks2HeaderReader;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.syscall.WholeFile;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a key is the recovery key of a volume on this disk, of any partition: the policy may not
 * name a volume any more that an earlier one encrypted.
 */
final class RecoveryKeysInUse {

  /** Every header that we or systemd make; of a larger one nothing is known. */
  private static final int HEADER_BYTES = 16 << 20;

  private final Disk disk;
  private final Scratch scratch;

  RecoveryKeysInUse(Disk disk, Scratch scratch) {
    this.disk = disk;
    this.scratch = scratch;
  }

  boolean include(Secret key) throws IOException {
    for (DiskPartitions.Named partition : disk.partitions().all()) {
      if (partition.place().sizeBytes() >= HEADER_BYTES
          && opens(disk.bytesOf(partition.place()), key)) {
        return true;
      }
    }
    return false;
  }

  private boolean opens(PartitionBytes partition, Secret key) throws IOException {
    Option<Integer> slot =
        Luks2HeaderReader.read(partition) instanceof HeaderReading.Valid(var header)
            ? HeaderSlots.of(header).number(Slot.RECOVERY)
            : Option.none();
    return slot.isDefined() && opens(partition, slot.get(), key);
  }

  /** Asked of a copy: the library mends a header as soon as it loads it. */
  private boolean opens(PartitionBytes partition, int slot, Secret key) throws IOException {
    byte[] header = new byte[HEADER_BYTES];
    partition.read(0, header);
    Path copy = scratch.file("header-in-use");
    WholeFile.write(copy, header);
    try (CryptDevice device = CryptDevice.open(copy)) {
      return device.load().keyslots().test(slot, key) instanceof KeyTest.Opens;
    } catch (CryptException nobodyKnows) {
      return true; // what can't be tried may be opened by it
    } finally {
      Files.delete(copy);
    }
  }
}
