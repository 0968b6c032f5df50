package dev.lockstep.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.runner.RealPorts;
import dev.lockstep.initrd.syscall.Mounts;
import dev.lockstep.statemachine.port.BootPartition;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The runner's boot partition, on the filesystems that the kernel here has. */
class RealBootPartitionTest {

  abstract static class Mounted extends BootPartitionContract {
    private final String filesystem;
    @TempDir private Path folder;
    private RealPorts.Boot open;

    Mounted(String filesystem) {
      this.filesystem = filesystem;
    }

    @BeforeEach
    void mount() throws Exception {
      assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
      assumeTrue(
          Files.readString(Path.of("/proc/filesystems")).contains(filesystem),
          "the kernel has no " + filesystem);
      Path image = folder.resolve("boot.img");
      try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
        file.setLength(40 << 20);
      }
      assertThat(
              new ProcessBuilder("mkfs." + filesystem, image.toString())
                  .redirectErrorStream(true)
                  .redirectOutput(folder.resolve("mkfs.log").toFile())
                  .start()
                  .waitFor())
          .isZero();
      Mounts.enterNamespaceOfOwn();
      open = RealPorts.boot(image, filesystem, folder.resolve("mount"));
    }

    @AfterEach
    void unmount() throws Exception {
      if (open != null) {
        open.mount().close();
      }
    }

    @Override
    BootPartition boot() {
      return open.files();
    }

    @Override
    BootPartition reopened() throws Exception {
      open.mount().close();
      open = RealPorts.boot(folder.resolve("boot.img"), filesystem, folder.resolve("mount"));
      return open.files();
    }
  }

  @Nested
  class Ext4 extends Mounted {
    Ext4() {
      super("ext4");
    }
  }

  @Nested
  class Fat extends Mounted {
    Fat() {
      super("vfat");
    }
  }
}
