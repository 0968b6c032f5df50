package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.port.Growth;

/** The machine that boots from the volume grows the filesystem. */
final class DeferredGrowth implements Growth {

  @Override
  public String settle() {
    return because("so it was asked for");
  }

  /** The words for the journal. */
  static String because(String reason) {
    return "left to the machine's own boot: lockstep-grow.service grows the filesystem once the"
        + " volume is mounted ("
        + reason
        + ")";
  }
}
