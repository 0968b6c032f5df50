package dev.lockstep.simulator.luks;

/**
 * What people have done to the filesystem since it was installed: it has to be there ever after.
 *
 * @param edited the plain system wrote into its first blocks
 * @param grown it was grown into what lies behind it, and written to there
 */
public record Content(boolean edited, boolean grown) {

  public static final Content AS_INSTALLED = new Content(false, false);
}
