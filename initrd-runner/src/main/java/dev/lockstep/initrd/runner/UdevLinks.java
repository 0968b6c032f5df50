package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.boot.PartitionNames;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The links that udev keeps of block devices in this boot.
 *
 * @param devices where device nodes are
 * @param initrd a file that is there in an initrd only, as systemd itself tells one (os-release(5))
 */
record UdevLinks(Path devices, Path initrd) implements PartitionNames.Links {

  static final UdevLinks OF_KERNEL = new UdevLinks(Path.of("/dev"), Path.of("/etc/initrd-release"));

  private static final String FOLDER = "/dev/";

  @Override
  public Option<String> target(String link) {
    if (!link.startsWith(FOLDER)) {
      return Option.none();
    }
    try {
      Path all = devices.toRealPath();
      Path real = all.resolve(link.substring(FOLDER.length())).toRealPath();
      return Option.when(real.startsWith(all), () -> FOLDER + all.relativize(real));
    } catch (IOException | InvalidPathException noLink) {
      return Option.none(); // a name may be far too long, or no path in this locale
    }
  }

  @Override
  public boolean areOfItsOwnMachine() {
    return Files.exists(initrd);
  }
}
