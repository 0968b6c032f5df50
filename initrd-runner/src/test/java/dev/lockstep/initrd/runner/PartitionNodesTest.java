package dev.lockstep.initrd.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionNodesTest {

  @TempDir Path folder;

  @Test
  void aPartitionIsKnownByWhereItBeginsAndByNothingElse() throws IOException {
    Path disk = Files.createFile(folder.resolve("sda"));
    for (String[] partition : new String[][] {{"sda1", "2048"}, {"sda3", "4096"}}) {
      Path known = Files.createDirectories(folder.resolve("block/sda").resolve(partition[0]));
      Files.writeString(known.resolve("start"), partition[1] + "\n");
    }
    Files.createDirectories(folder.resolve("block/sda/queue"));
    PartitionNodes nodes = new PartitionNodes(folder.resolve("block"));
    assertThat(nodes.path(disk, 4096 * 512L)).contains("/dev/sda3");
    assertThat(nodes.path(disk, 4097 * 512L)).isEmpty();
  }

  @Test
  void anImageHasNone() throws IOException {
    Path image = Files.createFile(folder.resolve("disk.img"));
    assertThat(new PartitionNodes(folder).path(image, 0)).isEmpty();
  }
}
