package dev.lockstep.initrd.tpm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A secret as a child's standard input: an anonymous memory file (memfd) whose pages are locked.
 *
 * <p>Not a pipe, because systemd 252 seeks in a key file: {@code --unlock-key-file=/dev/stdin} on a
 * pipe ends with "Illegal seek" (measured). Not a file in /run, because that need not be a tmpfs.
 * Not {@code Process.getOutputStream()}, because its buffer on the Java heap can't be wiped.
 */
final class MemoryFile implements AutoCloseable {
  /** The longest secret taken, in bytes. */
  static final int MAX_BYTES = 4096;

  private final int descriptor;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;

  private MemoryFile(int descriptor, long sizeBytes) throws IOException {
    this.descriptor = descriptor;
    Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rw-------"));
    try (FileChannel channel =
        FileChannel.open(path(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, sizeBytes, arena);
    }
  }

  static MemoryFile holding(SecretSource source) throws IOException {
    MemorySegment secret = source.bytes();
    if (secret.byteSize() < 1 || secret.byteSize() > MAX_BYTES) {
      throw new IOException("A secret must have 1 to 4096 bytes, not " + secret.byteSize() + ".");
    }
    int descriptor = NativeCalls.memfdCreate("lockstep");
    try {
      MemoryFile file = new MemoryFile(descriptor, secret.byteSize());
      NativeCalls.lock(file.memory); // before the first secret byte is in it
      file.memory.copyFrom(secret);
      return file;
    } catch (IOException failed) {
      NativeCalls.close(descriptor);
      throw failed;
    }
  }

  /** To be opened by this process only: the child gets the open file. */
  Path path() {
    return Path.of("/proc/self/fd/" + descriptor);
  }

  /** To be opened by a child of this process, which has to be root too. */
  Path pathForChildren() {
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor);
  }

  @Override
  public void close() throws IOException {
    try {
      NativeCalls.wipeAndUnlock(memory);
    } finally {
      arena.close();
      NativeCalls.close(descriptor);
    }
  }
}
