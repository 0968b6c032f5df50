package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.Directories;
import dev.lockstep.initrd.syscall.WholeFile;
import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;

/** The boot partition, mounted. Symbolic links are not followed: it may be anybody's disk. */
final class FolderBootPartition implements BootPartition {

  /** Two headers of 16 MiB are the largest files read from here. */
  private static final long LARGEST_FILE_BYTES = 64L << 20;

  private final MountedPartition mounted;
  private final Path root;
  private final FileDigests digests = new FileDigests();

  FolderBootPartition(MountedPartition mounted) {
    this.mounted = mounted;
    this.root = mounted.path();
  }

  @Override
  public Option<byte[]> read(String path) throws IOException {
    Path file = resolve(path);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Option.none();
    }
    try (BlockDeviceFile open = BlockDeviceFile.open(file, Access.READ_ONLY)) {
      int sizeBytes = boundedSize(open, path);
      ByteBuffer content = ByteBuffer.allocate(sizeBytes);
      if (sizeBytes > 0) {
        open.readBack(0, content);
      }
      return Option.some(content.array());
    }
  }

  @Override
  public Option<Digest> digest(String path) throws IOException {
    Path file = resolve(path);
    return digests.of(file, () -> digestBack(file, path));
  }

  private static Digest digestBack(Path file, String path) throws IOException {
    MessageDigest running = Digest.sha256();
    try (BlockDeviceFile open = BlockDeviceFile.open(file, Access.READ_ONLY)) {
      open.digestBack(0, boundedSize(open, path), running);
    }
    return Digest.finish(running, new byte[0]);
  }

  private static int boundedSize(BlockDeviceFile open, String path) throws IOException {
    long sizeBytes = open.sizeBytes();
    if (sizeBytes > LARGEST_FILE_BYTES) {
      throw new IOException(path + " on the boot partition is larger than any file of ours");
    }
    return (int) sizeBytes;
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    Path file = resolve(path);
    if (Files.isSymbolicLink(file)) {
      throw new IOException(path + " on the boot partition is a symbolic link; remove it");
    }
    mounted.makeWritable();
    Files.createDirectories(file.getParent());
    digests.forget(file);
    WholeFile.write(file, content);
  }

  @Override
  public void writeByte(String path, int offsetBytes, byte value) throws IOException {
    Path file = resolve(path);
    mounted.makeWritable();
    digests.forget(file);
    try (BlockDeviceFile open = BlockDeviceFile.open(file, Access.READ_WRITE)) {
      open.writeFully(offsetBytes, ByteBuffer.wrap(new byte[] {value}));
    }
  }

  @Override
  public void sync(String path) throws IOException {
    Path file = resolve(path);
    try (BlockDeviceFile open = BlockDeviceFile.open(file, Access.READ_WRITE)) {
      open.flush(); // the content
    }
    Directories.fsync(file.getParent()); // the name
    Directories.syncfs(root); // FAT: the table behind both
  }

  @Override
  public void delete(String path) throws IOException {
    Path file = resolve(path);
    mounted.makeWritable();
    digests.forget(file);
    if (Files.deleteIfExists(file)) {
      Directories.fsync(file.getParent());
      Directories.syncfs(root);
    }
  }

  @Override
  public void erase(String path) throws IOException {
    Path file = resolve(path);
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      mounted.makeWritable();
      digests.forget(file);
      try (BlockDeviceFile open = BlockDeviceFile.open(file, Access.READ_WRITE)) {
        overwrite(open);
      }
    }
    delete(path);
  }

  private static void overwrite(BlockDeviceFile open) throws IOException {
    long sizeBytes = open.sizeBytes();
    byte[] zeros = new byte[1 << 20];
    for (long at = 0; at < sizeBytes; at += zeros.length) {
      int length = (int) Math.min(zeros.length, sizeBytes - at);
      open.writeFully(at, ByteBuffer.wrap(zeros, 0, length));
    }
    open.flush(); // before the name goes, or the old blocks may stay as they were
  }

  @Override
  public List<String> list(String folder) throws IOException {
    Path path = resolve(folder);
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> names = Files.list(path)) {
      return names.limit(4096).map(each -> each.getFileName().toString()).toList();
    }
  }

  long freeBytes() {
    return root.toFile().getUsableSpace();
  }

  void makeWritable() throws IOException {
    mounted.makeWritable();
  }

  /** A folder's place, whether it is there or not. */
  Path folder(String path) throws IOException {
    Path folder = resolve(path);
    if (Files.isSymbolicLink(folder)) {
      throw new IOException(path + " on the boot partition is a symbolic link; remove it");
    }
    return folder;
  }

  /** Makes what is missing of this path, durably, and the partition writable. */
  void makeFolders(String path) throws IOException {
    mounted.makeWritable();
    Path at = root;
    for (Path name : Path.of(path)) {
      Path parent = at;
      at = folder(root.relativize(parent.resolve(name)).toString());
      if (!Files.exists(at)) {
        Files.createDirectory(at);
        Directories.fsync(parent);
        Directories.syncfs(root);
      }
    }
  }

  private Path resolve(String path) throws IOException {
    Path resolved = root.resolve(path).normalize();
    if (!resolved.startsWith(root) || path.startsWith("/")) {
      throw new IOException(path + " would leave the boot partition");
    }
    for (Path at = resolved.getParent(); !at.equals(root); at = at.getParent()) {
      if (Files.isSymbolicLink(at)) {
        throw new IOException(at.getFileName() + " on the boot partition is a symbolic link");
      }
    }
    return resolved;
  }
}
