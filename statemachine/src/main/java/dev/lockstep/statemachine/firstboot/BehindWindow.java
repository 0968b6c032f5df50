package dev.lockstep.statemachine.firstboot;

/**
 * What becomes of the partition's bytes behind the window. On a disk that was in use they are an
 * earlier owner's plaintext: whoever converts a whole partition encrypts them along, the window
 * leaves them out.
 */
public enum BehindWindow {
  /** Nothing is done: the filesystem grows over them by and by. */
  KEEP,
  /**
   * The device is told that nobody needs them. It costs next to nothing and promises nothing: what
   * is read there afterwards, and what a laboratory finds, is the device's own affair.
   */
  DISCARD,
  /**
   * They are overwritten with what nobody can tell from an encrypted volume, and read back: as slow
   * as the device. It hides how much of the volume is in use, too.
   */
  WIPE
}
