package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A loop device as the kernel shows it in {@code /sys/block/loopN/loop}: who is on which file, so
 * that a run that was killed while a child still held its device can be cleaned up after.
 *
 * @param device the node, such as {@code /dev/loop3}
 * @param backingFile the file below, as the kernel names it
 * @param window the part of it
 * @param autoclear whether the kernel detaches it by itself at the last close
 */
public record AttachedLoop(
    Path device, Path backingFile, LoopDevice.Window window, boolean autoclear) {

  private static final Path SYS_BLOCK = Path.of("/sys/block");
  private static final int SECTOR_BYTES = 512;

  /** To see one device still; each costs some ten microseconds. */
  private static final int ATTEMPTS = 100;

  /** Every attached loop device, by name. */
  public static List<AttachedLoop> all() throws IOException {
    List<AttachedLoop> found = new ArrayList<>();
    try (DirectoryStream<Path> devices = Files.newDirectoryStream(SYS_BLOCK, "loop*")) {
      for (Path device : devices) {
        read(device).ifPresent(found::add);
      }
    }
    found.sort(Comparator.comparing(loop -> loop.device().toString()));
    return List.copyOf(found);
  }

  /** Those on a given file, whatever name it was attached by. */
  public static List<AttachedLoop> on(Path backingFile) throws IOException {
    Path wanted = backingFile.toRealPath();
    return all().stream().filter(loop -> loop.backingFile().equals(wanted)).toList();
  }

  /**
   * Another process may detach a device while its files are read, and attach it elsewhere: an open
   * file of sysfs answers "No such device" then, and a window would be told of another file.
   */
  private static Optional<AttachedLoop> read(Path device) throws IOException {
    IOException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        Optional<AttachedLoop> once = readOnce(device);
        if (once.equals(readOnce(device))) {
          return once;
        }
        last = new IOException(device + " is attached and detached all the time");
      } catch (NoSuchFileException e) {
        return Optional.empty(); // nothing attached, or detached while we looked
      } catch (IOException detachedMeanwhile) {
        last = detachedMeanwhile;
      }
    }
    throw last;
  }

  private static Optional<AttachedLoop> readOnce(Path device) throws IOException {
    Path loop = device.resolve("loop");
    String backingFile = Files.readString(loop.resolve("backing_file")).stripTrailing();
    long offset = Long.parseLong(Files.readString(loop.resolve("offset")).strip());
    long sizeLimit = Long.parseLong(Files.readString(loop.resolve("sizelimit")).strip());
    if (offset % SECTOR_BYTES != 0 || sizeLimit % SECTOR_BYTES != 0) {
      return Optional.empty(); // attached by another tool, never by ours
    }
    return Optional.of(
        new AttachedLoop(
            Path.of("/dev").resolve(device.getFileName()),
            Path.of(backingFile),
            new LoopDevice.Window(offset, sizeLimit),
            Files.readString(loop.resolve("autoclear")).strip().equals("1")));
  }
}
