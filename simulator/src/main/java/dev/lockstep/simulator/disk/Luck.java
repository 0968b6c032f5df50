package dev.lockstep.simulator.disk;

/** Whether a call to a disk fails. Asked once for each, in their order. */
public interface Luck {

  /** What is asked of a disk. */
  enum Call {
    /** Of a run of sectors, or of a file. */
    READ,
    /** Of one sector that changes. */
    WRITE,
    /** Of all that was written, where there is something. */
    FLUSH,
    /** For a file that is to be written. */
    ROOM
  }

  boolean fails(Call call, Domain domain);

  /** Nothing ever fails. */
  Luck GOOD = (_, _) -> false;
}
