package dev.lockstep.initrd.handover;

import dev.lockstep.initrd.syscall.Mounts;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Removable media: those that are mounted and can be written to, and, if there is none, those that
 * can be mounted. Looked for when they are needed, so that a run that hands nothing over mounts
 * nothing.
 */
public final class RemovableMedia implements AutoCloseable {

  /** What sticks are formatted with. */
  private static final List<String> FILESYSTEMS = List.of("vfat", "exfat", "ext4");

  private static final int MOST_MEDIA = 256;

  private final Path disk;
  private final Path sys;
  private final Path devices;
  private final Path mountTable;
  private final MountPoints mountPoints;
  private final List<Path> mounted = new ArrayList<>();

  /** Where to mount a medium. */
  @FunctionalInterface
  public interface MountPoints {
    Path folder(String name) throws IOException;
  }

  /**
   * This machine's.
   *
   * @param disk what is encrypted, which is none of them
   */
  public RemovableMedia(Path disk, MountPoints mountPoints) {
    this(disk, Path.of("/sys"), Path.of("/dev"), Path.of("/proc/self/mounts"), mountPoints);
  }

  RemovableMedia(Path disk, Path sys, Path devices, Path mountTable, MountPoints mountPoints) {
    this.disk = disk;
    this.sys = sys;
    this.devices = devices;
    this.mountTable = mountTable;
    this.mountPoints = mountPoints;
  }

  /** The file of that name on the medium that has it, else where it would be on the first one. */
  Option<Path> fileOfName(String name) throws IOException {
    List<Path> folders = folders();
    Option<Path> there =
        Option.ofOptional(
            folders.stream().map(folder -> folder.resolve(name)).filter(Files::exists).findFirst());
    return there.orElse(
        Option.ofOptional(folders.stream().findFirst()).map(folder -> folder.resolve(name)));
  }

  /** Folders of media that can be written to. */
  private List<Path> folders() throws IOException {
    List<String> names = removable();
    List<Path> folders = new ArrayList<>();
    for (String name : names) {
      mountPoint(name).filter(Files::isWritable).forEach(folders::add);
    }
    if (folders.isEmpty()) {
      for (String name : names) {
        mount(name).forEach(folders::add);
      }
    }
    return folders;
  }

  /** Device names of removable disks and their partitions, without the disk that is encrypted. */
  private List<String> removable() throws IOException {
    Path own = disk.toRealPath();
    List<String> names = new ArrayList<>();
    for (Path block : list(sys.resolve("block"))) {
      String name = block.getFileName().toString();
      boolean isOwn = devices.resolve(name).equals(own);
      if (!isOwn && (read(block.resolve("removable")).equals("1") || isUsb(block))) {
        names.add(name);
        for (Path part : list(block.toRealPath())) {
          if (Files.exists(part.resolve("partition"))) {
            names.add(part.getFileName().toString());
          }
        }
      }
    }
    return names;
  }

  /** A disk in a USB case says that it is not removable; its cable says otherwise. */
  private static boolean isUsb(Path block) throws IOException {
    return block.toRealPath().toString().contains("/usb");
  }

  /** Mount points have blanks and the like as octal numbers (fstab(5)); such are passed over. */
  private Option<Path> mountPoint(String name) throws IOException {
    String device = devices.resolve(name).toString();
    for (String line : Files.readAllLines(mountTable, StandardCharsets.ISO_8859_1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length >= 4
          && fields[0].equals(device)
          && !fields[1].contains("\\")
          && List.of(fields[3].split(",", -1)).contains("rw")) {
        return Option.some(Path.of(fields[1]));
      }
    }
    return Option.none();
  }

  private Option<Path> mount(String name) throws IOException {
    Path folder = mountPoints.folder("medium-" + name);
    if (mounted.contains(folder)) {
      return Option.some(folder);
    }
    Option<String> fitting =
        Option.ofOptional(
            FILESYSTEMS.stream().filter(each -> mounts(name, folder, each)).findFirst());
    fitting.forEach(_ -> mounted.add(folder));
    return fitting.map(_ -> folder);
  }

  private boolean mounts(String name, Path folder, String filesystem) {
    try {
      Set<Mounts.Flag> harmless =
          EnumSet.of(Mounts.Flag.NO_SET_USER_ID, Mounts.Flag.NO_DEVICES, Mounts.Flag.NO_EXECUTE);
      Mounts.mount(devices.resolve(name), folder, filesystem, harmless, "");
      return true;
    } catch (IOException notThatOneOrInUse) {
      return false;
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    List<Path> all = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> each = Files.newDirectoryStream(folder)) {
        for (Path path : each) {
          all.add(path);
        }
      }
    }
    Collections.sort(all);
    return all.subList(0, Math.min(all.size(), MOST_MEDIA));
  }

  private static String read(Path file) throws IOException {
    return Files.isRegularFile(file) ? Files.readString(file).strip() : "";
  }

  /** What was mounted here is unmounted, so that a stick may be pulled. */
  @Override
  public void close() throws IOException {
    for (Path folder : mounted) {
      Mounts.unmount(folder);
    }
    mounted.clear();
  }
}
