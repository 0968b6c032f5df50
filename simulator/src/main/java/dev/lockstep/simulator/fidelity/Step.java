package dev.lockstep.simulator.fidelity;

/** What is asked of libcryptsetup and of its model alike, in this order. */
enum Step {
  /** The re-encryption, in a header file; the volume's head is copied to its tail. */
  INITIALISE(true),
  /** The header file over the head: the machine's own step. */
  PLACE(false),
  /** The conversion, until it is killed with the second hot zone's data written. */
  CONVERT_UNTIL_CUT(true),
  /** What was cut, brought to its end. */
  REPAIR(true),
  /** All the rest of the conversion, and its end. */
  RESUME(true),
  /** A conversion whose end was cut, ended in the metadata: the machine's own step. */
  FINALISE(false),
  ADD_SLOT(true),
  KILL_SLOT(true),
  SET_TOKEN(true);

  private final boolean byLibrary;

  Step(boolean byLibrary) {
    this.byLibrary = byLibrary;
  }

  /** Whether libcryptsetup does it: then a barrier of the adapter's behind it does not count. */
  boolean isByLibrary() {
    return byLibrary;
  }
}
