package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The {@code struct crypt_device} pointer, its log, and a witness of its writes.
 *
 * <p>The library only logs a failed fsync, at debug level, and returns success (lib/utils_device.c,
 * device_sync). So the devices are opened here too, before it writes: the kernel reports a lost
 * write to every descriptor open at that time, and {@link #flush} after each change turns it into
 * an error.
 */
final class CryptHandle implements AutoCloseable {
  private final Arena arena;
  private final MemorySegment pointer;
  private final LibraryLog log;
  private final List<BlockDeviceFile> witnesses;
  private boolean closed;

  private CryptHandle(
      Arena arena, MemorySegment pointer, LibraryLog log, List<BlockDeviceFile> witnesses) {
    this.arena = arena;
    this.pointer = pointer;
    this.log = log;
    this.witnesses = witnesses;
  }

  @SuppressWarnings("MustBeClosed") // the handle owns the arena and the witnesses
  static CryptHandle open(Path header, Optional<Path> data) throws IOException {
    LibraryVersion.loaded(); // it can be asked for before the library's first use only
    List<BlockDeviceFile> witnesses = new ArrayList<>();
    Arena arena = Arena.ofShared();
    try {
      witnesses.add(BlockDeviceFile.open(header, BlockDeviceFile.Access.READ_WRITE));
      if (data.isPresent()) {
        witnesses.add(BlockDeviceFile.open(data.get(), BlockDeviceFile.Access.READ_WRITE));
      }
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      MemorySegment headerText = arena.allocateFrom(header.toString());
      MemorySegment dataText =
          data.isPresent() ? arena.allocateFrom(data.get().toString()) : MemorySegment.NULL;
      int result =
          LibCryptsetup.invoke(
              "crypt_init_data_device",
              MemorySegment.NULL,
              _ -> (int) LibCryptsetup.INIT_DATA_DEVICE.call(out, headerText, dataText));
      if (result < 0) {
        throw new CryptException("crypt_init_data_device", -result, List.of(header.toString()));
      }
      LibraryLog log = new LibraryLog();
      CryptHandle handle =
          new CryptHandle(arena, out.get(ValueLayout.ADDRESS, 0), log, List.copyOf(witnesses));
      handle.setLogCallback();
      return handle;
    } catch (IOException | RuntimeException e) {
      closeAll(witnesses);
      arena.close();
      throw e;
    }
  }

  private void setLogCallback() {
    MemorySegment stub = log.callback(arena);
    LibCryptsetup.invokeVoid(
        "crypt_set_log_callback",
        () -> {
          LibCryptsetup.SET_LOG_CALLBACK.call(pointer, stub, MemorySegment.NULL);
        });
  }

  /** A negative result becomes an exception with what the library logged during the call. */
  int check(String name, LibCryptsetup.Call call) throws CryptException {
    int result = call(name, call);
    if (result < 0) {
      throw new CryptException(name, -result, log.lines());
    }
    return result;
  }

  /** As {@link #check}, for a call whose -EPERM means that the key given is wrong. */
  int checkKey(String name, LibCryptsetup.Call call) throws CryptException {
    int result = call(name, call);
    if (result == -Errno.EPERM) {
      throw new WrongKeyException(name, -result, log.lines());
    }
    if (result < 0) {
      throw new CryptException(name, -result, log.lines());
    }
    return result;
  }

  /** The bare result. */
  int call(String name, LibCryptsetup.Call call) {
    if (closed) {
      throw new IllegalStateException("the crypt device is closed");
    }
    log.clear();
    return LibCryptsetup.invoke(name, pointer, call);
  }

  List<String> log() {
    return log.lines();
  }

  Arena arena() {
    return arena;
  }

  /** Makes durable what the library wrote, and learns of any write that was lost. */
  void flush() throws IOException {
    for (BlockDeviceFile witness : witnesses) {
      witness.flush();
    }
  }

  /** The file or device that holds the header. */
  BlockDeviceFile header() {
    return witnesses.getFirst();
  }

  /** The file or device that holds the data; the header's own when it is not apart. */
  BlockDeviceFile data() {
    return witnesses.getLast();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    LibCryptsetup.invokeVoid(
        "crypt_free",
        () -> {
          LibCryptsetup.FREE.call(pointer);
        });
    arena.close();
    closeAll(witnesses);
  }

  private static void closeAll(List<BlockDeviceFile> files) throws IOException {
    for (BlockDeviceFile file : files) {
      file.close();
    }
  }
}
