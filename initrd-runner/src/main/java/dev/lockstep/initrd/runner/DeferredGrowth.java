package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.port.Growth;

/**
 * Where the volume can't be opened here, somebody else grows the filesystem.
 *
 * @param who in words for the journal
 */
record DeferredGrowth(String who) implements Growth {

  static final DeferredGrowth OF_ROOT =
      new DeferredGrowth(
          "left to the machine's own boot, where lockstep-grow.service is in the root (a conversion"
              + " that was taken over has none), and to the operator otherwise");

  static final DeferredGrowth OF_DATA =
      new DeferredGrowth("left to the operator, once the volume is mounted");

  @Override
  public String settle() {
    return because("so it was asked for");
  }

  /** The words for the journal. */
  String because(String reason) {
    return who + " (" + reason + ")";
  }
}
