package dev.lockstep.simulator.demo;

/** A proof on the real tools did not prove what it set out to prove; or it could not begin. */
public final class DemoFailed extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode never 0
   * @param sentence what failed, where, what to do
   */
  public DemoFailed(int exitCode, String sentence) {
    super(sentence);
    if (exitCode == 0) {
      throw new IllegalArgumentException("a failure has an exit code");
    }
    this.exitCode = exitCode;
  }

  /** Before anything was made: exit code 13. */
  public static DemoFailed refused(String sentence) {
    return new DemoFailed(13, sentence);
  }

  /** Never 0. */
  public int exitCode() {
    return exitCode;
  }
}
