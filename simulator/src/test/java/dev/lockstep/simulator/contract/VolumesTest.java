package dev.lockstep.simulator.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.runner.PartitionBytes;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.luks.ModelVolume;
import dev.lockstep.statemachine.port.Volume;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The model's volume, and the runner's on a loop device. */
class VolumesTest {

  @Nested
  class Modelled extends VolumeContract {
    private ModelDisk disk = new ModelDisk(Domain.ROOT, DiskImage.BLANK, Power.STEADY);

    @Override
    Volume volume() {
      return new ModelVolume(disk, (long) WINDOW_SECTORS * SECTOR_BYTES);
    }

    @Override
    Volume reopened() {
      disk = new ModelDisk(Domain.ROOT, disk.durable(), Power.STEADY);
      return volume();
    }
  }

  @Nested
  class OnALoopDevice extends VolumeContract {
    private static final long OFFSET_BYTES = 1 << 20;

    @TempDir private Path folder;
    private LoopDevice loop;
    private BlockDeviceFile file;

    @BeforeEach
    void attach() throws Exception {
      assumeTrue("root".equals(System.getProperty("user.name")), "a loop device needs root");
      Path image = folder.resolve("disk.img");
      try (RandomAccessFile disk = new RandomAccessFile(image.toFile(), "rw")) {
        disk.setLength(4 << 20);
      }
      loop = LoopDevice.attach(image, LoopDevice.Window.WHOLE);
      file = BlockDeviceFile.open(loop.path(), Access.READ_WRITE);
    }

    @AfterEach
    void detach() throws Exception {
      if (file != null) {
        file.close();
        loop.close();
      }
    }

    @Override
    Volume volume() {
      return new PartitionBytes(file, OFFSET_BYTES, (long) WINDOW_SECTORS * SECTOR_BYTES);
    }

    @Override
    Volume reopened() throws Exception {
      file.close();
      file = BlockDeviceFile.open(loop.path(), Access.READ_WRITE);
      return volume();
    }
  }
}
