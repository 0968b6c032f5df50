package dev.lockstep.simulator.luks;

/**
 * What people have done to the filesystem since it was installed: it has to be there ever after.
 *
 * @param edited the plain system wrote into its first blocks
 * @param growth whether it was grown into what lies behind it, and written to there
 */
public record Content(boolean edited, Growth growth) {

  /** What the medium says of it. */
  public enum Growth {
    NONE,
    /** In the superblock: it was closed again. */
    IN_SUPERBLOCK,
    /** In the filesystem's log alone: the power went while it was mounted. */
    IN_LOG
  }

  public static final Content AS_INSTALLED = new Content(false, Growth.NONE);

  public boolean grown() {
    return growth != Growth.NONE;
  }
}
