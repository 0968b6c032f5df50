package dev.lockstep.initrd.runtime;

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

/**
 * A small disk as an installation leaves it, to be encrypted by the run that trains the cache.
 *
 * <pre>
 *  0      1 MiB              97 MiB                            177 MiB
 *  +-----+------------------+---------------------------------+-----+
 *  | GPT | boot: ext4, entry| root: ext4 of 48 MiB, 32 free   | GPT |
 *  +-----+------------------+---------------------------------+-----+
 * </pre>
 */
final class TrainingDisk {
  private static final int SECTOR = 512;
  private static final long MIB = 1 << 20;
  private static final long BOOT_AT = MIB;
  private static final long ROOT_AT = 97 * MIB;
  private static final long END = 177 * MIB;

  private TrainingDisk() {}

  /** Makes it in a folder of the caller's; no privilege is needed. */
  static Path make(Path folder) throws IOException {
    Path boot = Files.createDirectories(folder.resolve("boot"));
    Path root = Files.createDirectories(folder.resolve("root"));
    UUID rootId = new UUID(0x1111, 0x2222);
    Files.createDirectories(root.resolve("etc"));
    Files.write(boot.resolve("vmlinuz"), new byte[4096]);
    Files.write(boot.resolve("initrd.img"), new byte[4096]);
    Files.writeString(
        Files.createDirectories(boot.resolve("loader/entries")).resolve("training.conf"),
        """
        title training
        linux /vmlinuz
        initrd /initrd.img
        options root=PARTUUID=%s rw rd.lockstep.encrypt=tpm2
        """
            .formatted(rootId));
    Path disk = folder.resolve("disk.img");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(END + MIB);
    }
    makeFilesystem(disk, BOOT_AT, ROOT_AT - BOOT_AT, boot);
    makeFilesystem(disk, ROOT_AT, END - ROOT_AT - 32 * MIB, root);
    writeTable(disk, rootId);
    return disk;
  }

  private static void writeTable(Path disk, UUID rootId) throws IOException {
    Gpt gpt =
        new Gpt(
            new UUID(1, 1),
            SECTOR,
            (END + MIB) / SECTOR,
            List.of(
                partition(PartitionType.XBOOTLDR, new UUID(2, 2), BOOT_AT, ROOT_AT, "boot"),
                partition(PartitionType.ROOT_X86_64, rootId, ROOT_AT, END, "root")));
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.write(GptCodec.primary(gpt));
      file.seek(GptCodec.backupOffsetBytes(SECTOR, gpt.diskSectors()));
      file.write(GptCodec.backup(gpt));
    }
  }

  private static GptPartition partition(
      PartitionType type, UUID id, long from, long to, String name) {
    return new GptPartition(type.guid(), id, from / SECTOR, to / SECTOR - 1, 0, name);
  }

  private static void makeFilesystem(Path disk, long offset, long bytes, Path content)
      throws IOException {
    Tool.run(
        0,
        List.of(
            "mkfs.ext4",
            "-q",
            "-F",
            "-b",
            "4096",
            "-d",
            content.toString(),
            "-E",
            "offset=" + offset,
            disk.toString(),
            bytes / 1024 + "k"));
  }
}
