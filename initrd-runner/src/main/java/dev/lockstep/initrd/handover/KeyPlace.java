package dev.lockstep.initrd.handover;

import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether a folder outlives what the recovery key is for: the next start of the machine, and the
 * day when nobody can open its disk.
 *
 * <p>An image file, or a loop device over one, is some other machine's disk: then a folder of this
 * machine that lies in memory is the operator's affair, as it is in a container.
 *
 * @param folder where the key is to go
 * @param disk what is encrypted, a device or an image file
 * @param sys where sysfs is
 */
record KeyPlace(Path folder, Path disk, Path sys) {

  /** Gone with the power; an overlay's upper layer is, on a live system and in an initrd. */
  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs", "rootfs", "overlay");

  /** Deeper stacks of devices than this are nobody's. */
  private static final int MOST_DEVICES = 64;

  KeyPlace(Path folder, Path disk) {
    this(folder, disk, Path.of("/sys"));
  }

  Option<String> objection() throws IOException {
    FileStore store = Files.getFileStore(folder);
    boolean wholeDisk = !Files.isRegularFile(disk) && !isLoop(disk);
    if (wholeDisk && !isOnDevice() && IN_MEMORY.contains(store.type())) {
      return Option.some(
          "The recovery key's folder %s is on %s, which is gone with the power; name a file on a removable medium."
              .formatted(folder, store.type()));
    }
    return Option.when(
        isOn(device(folder, store)),
        () ->
            "The recovery key's folder %s is on the disk that is to be encrypted, where nobody could read it; name a file on another medium."
                .formatted(folder));
  }

  /**
   * The mount table that Java asks is the first thread's, and knows nothing of what this run has
   * mounted for itself: there a stick under /run looks like a part of /run. Its number does not
   * lie.
   */
  private boolean isOnDevice() throws IOException {
    return Files.exists(node(number((long) Files.getAttribute(folder, "unix:dev"))));
  }

  private boolean isLoop(Path device) throws IOException {
    return device.toRealPath().getFileName().toString().startsWith("loop");
  }

  /** MAJOR:MINOR of what the folder's filesystem is on; btrfs has a number that is no device's. */
  private Option<String> device(Path path, FileStore store) throws IOException {
    String own = number((long) Files.getAttribute(path, "unix:dev"));
    if (Files.exists(node(own))) {
      return Option.some(own);
    }
    Path named = Path.of(store.name());
    return named.isAbsolute() && Files.exists(named) ? deviceNumber(named) : Option.none();
  }

  private static Option<String> deviceNumber(Path device) throws IOException {
    long number = (long) Files.getAttribute(device, "unix:rdev");
    return number == 0 ? Option.none() : Option.some(number(number));
  }

  /** As glibc's gnu_dev_major and gnu_dev_minor (sys/sysmacros.h) split it. */
  static String number(long device) {
    long major = ((device >>> 8) & 0xFFF) | ((device >>> 32) & 0xFFFFF000L);
    long minor = (device & 0xFF) | ((device >>> 12) & 0xFFFFFF00L);
    return major + ":" + minor;
  }

  private Path node(String number) {
    return sys.resolve("dev/block").resolve(number);
  }

  private boolean isOn(Option<String> device) throws IOException {
    if (device.isEmpty() || !Files.exists(node(device.get()))) {
      return false;
    }
    return isOn(node(device.get()).toRealPath(), new HashSet<>());
  }

  /** A partition is on its disk, a mapping on its parts, a loop device on its file. */
  private boolean isOn(Path node, Set<Path> seen) throws IOException {
    if (!seen.add(node) || seen.size() > MOST_DEVICES) {
      return false;
    }
    Path number = node.resolve("dev");
    if (Files.exists(number) && deviceNumber(disk).contains(Files.readString(number).strip())) {
      return true;
    }
    if (Files.exists(node.resolve("partition")) && isOn(node.getParent(), seen)) {
      return true;
    }
    Path backing = node.resolve("loop/backing_file");
    if (Files.exists(backing) && isOnFile(Path.of(Files.readString(backing).strip()), seen)) {
      return true;
    }
    Path parts = node.resolve("slaves");
    if (Files.isDirectory(parts)) {
      try (DirectoryStream<Path> each = Files.newDirectoryStream(parts)) {
        for (Path part : each) {
          if (isOn(part.toRealPath(), seen)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean isOnFile(Path file, Set<Path> seen) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    if (Files.isSameFile(file, disk)) {
      return true;
    }
    Option<String> below = device(file, Files.getFileStore(file));
    return below.isDefined()
        && Files.exists(node(below.get()))
        && isOn(node(below.get()).toRealPath(), seen);
  }
}
