package dev.lockstep.simulator.contract;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.esp.ModelBootPartition;
import dev.lockstep.statemachine.port.BootPartition;
import org.junit.jupiter.api.Nested;

class ModelledBootPartitionTest {

  abstract static class Modelled extends BootPartitionContract {
    private ModelDisk disk = new ModelDisk(Domain.BOOT, DiskImage.BLANK, Power.STEADY);

    ModelDisk disk() {
      return disk;
    }

    @Override
    BootPartition boot() {
      return new ModelBootPartition(disk);
    }

    @Override
    BootPartition reopened() {
      disk = new ModelDisk(Domain.BOOT, disk.durable(), Power.STEADY);
      return boot();
    }
  }

  @Nested
  class Fat extends Modelled {}

  @Nested
  class WithJournal extends Modelled {
    WithJournal() {
      ModelBootPartition.formatJournaled(disk());
    }
  }
}
