package dev.lockstep.simulator.disk;

/** The power goes: nothing that runs may catch this. */
public final class PowerCut extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PowerCut(String before) {
    super("power cut before " + before, null, false, false);
  }
}
