package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.port.Growth;

/** Where the volume can't be opened, its own machine grows the filesystem. */
final class DeferredGrowth implements Growth {

  @Override
  public String settle() {
    return "left to the machine's own boot: lockstep-grow.service grows the filesystem once the"
        + " volume is mounted";
  }
}
