package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.tpm.ModelKeys;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Growth;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import java.io.IOException;

/**
 * A kernel that opens the finished volume, mounts its filesystem, grows it and unmounts it.
 *
 * <p><b>The fault contract.</b> As of ext4: mounting is written down before anything else changes;
 * the new blocks are on the medium before the log says that they count; the superblock follows the
 * log, and whoever mounts it first does what the log says. Each of those is flushed, and any subset
 * of what is not may have arrived. To grow again what is grown changes nothing but that it was
 * mounted.
 */
public record ModelGrowth(
    Layout layout, ModelDisk disk, BootPartition boot, ModelKeys keys, ModelLuks luks)
    implements Growth {

  @Override
  public String settle() throws IOException {
    try {
      keys.recall(boot.read(PreparedFile.SEALED_KEY.path()).getOrElse(new byte[0]));
      grow(luks.openHeader());
      return "grown on the opened volume";
    } catch (KeyRefused refused) {
      return "left to the machine's own boot: " + refused.getMessage();
    }
  }

  private void grow(LuksHeader header) {
    boolean grown = GrowthStep.of(layout, superblock(header)).exists(GrowthStep::isGrown);
    if (!grown) {
      put(header, GrowthStep.MOUNTED);
      for (int at = layout.filesystemSectors(); at < GrowthStep.endSector(layout); at++) {
        put(header, at, GrowthStep.block(at));
      }
      disk.flush();
      put(header, GrowthStep.LOGGED);
    }
    put(header, GrowthStep.GROWN);
    put(header, GrowthStep.CLOSED);
  }

  private Sector superblock(LuksHeader header) {
    int at = layout.superblock();
    return Cipher.decrypt(header.number(), at, disk.sector(layout.shiftSectors() + at));
  }

  private void put(LuksHeader header, GrowthStep step) {
    put(header, layout.superblock(), step.superblock(layout));
    disk.flush();
  }

  private void put(LuksHeader header, int logical, Sector plain) {
    disk.write(layout.shiftSectors() + logical, Cipher.encrypt(header.number(), logical, plain));
  }
}
