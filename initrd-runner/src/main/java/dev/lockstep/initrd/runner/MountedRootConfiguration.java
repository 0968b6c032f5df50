package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.Directories;
import dev.lockstep.statemachine.boot.Crypttab;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.RootConfiguration;
import io.vavr.control.Either;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes into the plain root, mounted for as long as that takes. */
final class MountedRootConfiguration implements RootConfiguration {

  /** Grows the filesystem behind the window; does nothing while the root is still in the clear. */
  private static final String GROWTH_UNIT =
      """
      [Unit]
      Description=Grow the root filesystem into the room that encryption left behind it
      ConditionPathExists=/dev/mapper/root

      [Service]
      Type=oneshot
      ExecStart=/usr/lib/systemd/systemd-growfs /

      [Install]
      WantedBy=multi-user.target
      """;

  private static final String UNIT_NAME = "lockstep-grow.service";

  private final PartitionBytes partition;
  private final HeaderLook headerLook;
  private final Scratch scratch;

  MountedRootConfiguration(PartitionBytes partition, Scratch scratch) {
    this.partition = partition;
    this.headerLook = new HeaderLook(partition);
    this.scratch = scratch;
  }

  @Override
  public Digest stage(UUID luksUuid) throws IOException {
    if (!(headerLook.look() instanceof VolumeState.Plain plain)) {
      throw new IOException("the root partition is not in the clear any more");
    }
    MountedPartition root =
        MountedPartition.mount(
            partition.disk().path(),
            partition.offsetBytes(),
            partition.sizeBytes(),
            plain.filesystem(),
            scratch.folder("root"));
    Digest staged;
    try {
      staged = stage(root.makeWritable().path(), luksUuid);
      Directories.syncfs(root.path());
    } finally {
      root.closeForGood(); // before anything is placed where its superblock is
    }
    partition.flush();
    return staged;
  }

  private static Digest stage(Path root, UUID luksUuid) throws IOException {
    Path etc = folder(root, "etc");
    Path crypttab = etc.resolve("crypttab");
    boolean odd =
        Files.isSymbolicLink(crypttab)
            || (Files.exists(crypttab) && Files.size(crypttab) > Crypttab.MAX_LENGTH);
    if (odd) {
      throw new IOException("/etc/crypttab of the root is a symbolic link, or far too long");
    }
    String present =
        Files.isRegularFile(crypttab, LinkOption.NOFOLLOW_LINKS) ? Files.readString(crypttab) : "";
    Either<String, Crypttab> parsed = Crypttab.parse(present);
    if (parsed.isLeft()) {
      throw new IOException("/etc/crypttab of the root can't be read: " + parsed.getLeft());
    }
    byte[] wanted =
        parsed
            .get()
            .with(Crypttab.Volume.tpm2Root(luksUuid))
            .text()
            .getBytes(StandardCharsets.UTF_8);
    replace(crypttab, wanted);
    Path units = folder(folder(etc, "systemd"), "system");
    replace(units.resolve(UNIT_NAME), GROWTH_UNIT.getBytes(StandardCharsets.UTF_8));
    Path wants = folder(units, "multi-user.target.wants").resolve(UNIT_NAME);
    if (!Files.exists(wants, LinkOption.NOFOLLOW_LINKS)) {
      Files.createSymbolicLink(wants, Path.of("..", UNIT_NAME));
      Directories.fsync(wants.getParent());
    }
    Digest read = Digest.of(Files.readAllBytes(crypttab));
    if (!read.equals(Digest.of(wanted))) {
      throw new IOException("/etc/crypttab reads back otherwise than it was written");
    }
    return read;
  }

  /** A real folder: a symbolic link in somebody's root must not lead us out of it. */
  private static Path folder(Path parent, String name) throws IOException {
    Path folder = parent.resolve(name);
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(folder);
      Directories.fsync(parent);
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(name + " in the root is no folder, so nothing can be written into it");
    }
    return folder;
  }

  /** Old or new at any instant: both contents are whole before the rename. */
  private static void replace(Path file, byte[] content) throws IOException {
    Path fresh = file.resolveSibling("." + file.getFileName() + ".lockstep");
    Files.deleteIfExists(fresh);
    try (FileChannel channel =
        FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        int _ = channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Directories.fsync(file.getParent());
  }
}
