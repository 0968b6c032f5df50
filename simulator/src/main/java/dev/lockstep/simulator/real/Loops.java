package dev.lockstep.simulator.real;

import dev.lockstep.initrd.syscall.AttachedLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The loop devices on an image, on a machine where others come and go. */
final class Loops {

  private static final int ATTEMPTS = 50;

  private Loops() {}

  /** sysfs answers "No such device" when anybody's device is detached while it is read. */
  static List<AttachedLoop> on(Path disk) throws IOException {
    IOException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return AttachedLoop.on(disk);
      } catch (IOException detachedMeanwhile) {
        last = detachedMeanwhile;
        ProcessTree.pause();
      }
    }
    throw last;
  }
}
