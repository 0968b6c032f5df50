package dev.lockstep.simulator.real;

import java.nio.file.Path;

/**
 * A call that asks for durability, made somewhere in the tree of processes.
 *
 * @param number from 1, over all processes and threads
 * @param thread that made it
 * @param call the system call's name
 * @param target what it was asked for, as the kernel names it
 */
record SyncPoint(int number, long thread, String call, String target) {

  /**
   * What is the same in another run: not its folder, nor the numbers of processes and devices.
   *
   * @param folder the run's own
   */
  String shape(Path folder) {
    return call
        + " "
        + target
            .replace(folder.toString(), ".")
            .replaceAll("/run-\\d+", "/run-N")
            .replaceAll("/dev/loop\\d+", "/dev/loopN");
  }
}
