package dev.lockstep.simulator.demo;

/** The demo did not prove what it set out to prove; or it could not begin. */
final class DemoFailed extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode never 0
   * @param sentence what failed, where, what to do
   */
  DemoFailed(int exitCode, String sentence) {
    super(sentence);
    if (exitCode == 0) {
      throw new IllegalArgumentException("a failure has an exit code");
    }
    this.exitCode = exitCode;
  }

  static DemoFailed refused(String sentence) {
    return new DemoFailed(13, sentence);
  }

  int exitCode() {
    return exitCode;
  }
}
