package dev.lockstep.initrd.cryptsetup;

/** Is told how far a conversion is, after each of its steps, and may end it there. */
@FunctionalInterface
public interface ConversionProgress {
  /** What to do next. */
  enum Next {
    GO_ON,
    /** Stop here: everything is durable and consistent, and a later resume goes on. */
    STOP
  }

  /** Never stops. */
  ConversionProgress SILENT = (totalBytes, doneBytes) -> Next.GO_ON;

  /**
   * Called on the converting thread.
   *
   * @param totalBytes size of the data
   * @param doneBytes how much of it is encrypted; the library tells of a step when the next is done
   */
  Next report(long totalBytes, long doneBytes);
}
