package dev.lockstep.initrd.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.partition.Gpt;
import dev.lockstep.statemachine.partition.GptCodec;
import dev.lockstep.statemachine.partition.GptPartition;
import dev.lockstep.statemachine.partition.PartitionType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of the disk is noticed; other disks, and parts of the same one, are not taken for one. */
class TwinDiskTest {

  private static final UUID ROOT = new UUID(3, 4);
  private static final int SECTOR = 512;
  private static final long SECTORS = 8 << 11;

  @TempDir Path folder;
  private Path devices;
  private Path blocks;
  private BootDisk booted;

  @BeforeEach
  void makeTheDisk() throws IOException {
    devices = Files.createDirectories(folder.resolve("dev"));
    blocks = Files.createDirectories(folder.resolve("sys/class/block"));
    disk("vda", ROOT);
    part("vda1");
    booted = new BootDisk(devices.resolve("vda"), devices.resolve("vda1"), ROOT);
  }

  private void disk(String name, UUID root) throws IOException {
    Gpt table =
        new Gpt(
            new UUID(1, 1),
            SECTOR,
            SECTORS,
            List.of(
                new GptPartition(
                    PartitionType.XBOOTLDR.guid(), new UUID(2, 2), 2048, 4095, 0, "boot"),
                new GptPartition(PartitionType.ROOT_X86_64.guid(), root, 4096, 6143, 0, "root")));
    try (RandomAccessFile file = new RandomAccessFile(devices.resolve(name).toFile(), "rw")) {
      file.setLength(SECTORS * SECTOR);
      file.write(GptCodec.primary(table));
      file.seek(GptCodec.backupOffsetBytes(SECTOR, table.diskSectors()));
      file.write(GptCodec.backup(table));
    }
    Files.createDirectories(blocks.resolve(name).resolve("holders"));
  }

  private void part(String name) throws IOException {
    Files.createFile(devices.resolve(name));
    Files.writeString(Files.createDirectories(blocks.resolve(name)).resolve("partition"), "1\n");
  }

  private TwinDisk twin() {
    return new TwinDisk(devices, blocks);
  }

  @Test
  void aCopyIsNamed() throws IOException {
    disk("sdb", ROOT);
    assertThat(twin().of(booted)).containsExactly(devices.resolve("sdb"));
  }

  @Test
  void otherDisksAndEmptyDrivesAreNone() throws IOException {
    disk("sdb", new UUID(5, 6));
    Files.createDirectories(blocks.resolve("sr0"));
    Files.createFile(devices.resolve("sr0"));
    Files.createDirectories(blocks.resolve("gone"));
    assertThat(twin().of(booted)).isEmpty();
  }

  /** Each path to a disk, and each half of a mirror, has the whole's partition table. */
  @Test
  void aPartOfALargerDeviceIsNone() throws IOException {
    disk("sdb", ROOT);
    Files.createDirectories(blocks.resolve("sdb/holders/md0"));
    assertThat(twin().of(booted)).isEmpty();
  }
}
