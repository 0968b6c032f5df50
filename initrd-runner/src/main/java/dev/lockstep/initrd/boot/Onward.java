package dev.lockstep.initrd.boot;

import dev.lockstep.statemachine.machine.Refusal.Kind;

/** How a boot goes on behind the run. */
enum Onward {
  /** With the opened volume. */
  ENCRYPTED,
  /** With the root as it was installed. */
  IN_THE_CLEAR,
  /** Not at all: nobody else may mount what is there. */
  STOP;

  /**
   * What the run's end and a look at the disk say together.
   *
   * @param code the run's exit code
   * @param encrypted whether the root is wholly encrypted
   * @param plain whether nothing of the disk is, or may be, torn
   */
  static Onward after(int code, boolean encrypted, boolean plain) {
    if (encrypted) {
      return code == 0 ? ENCRYPTED : STOP;
    }
    // Such a run has seen more than a look can tell, or the policy wants a person.
    boolean forPerson = code == Kind.NEEDS_PERSON.exitCode() || code == Kind.JOURNAL.exitCode();
    return plain && !forPerson ? IN_THE_CLEAR : STOP;
  }

  /** Where not even a look was possible: of a disk that is not ours nothing torn can be mounted. */
  static Onward unseen(Kind refused) {
    return refused == Kind.PREFLIGHT ? IN_THE_CLEAR : STOP;
  }
}
