package dev.lockstep.simulator.fidelity;

/** One thing that was done to the volume. */
sealed interface Act {

  /**
   * A write.
   *
   * @param offset from the volume's start, in the units of a {@link VolumeMap}
   * @param length in the same units, at least 1
   */
  record Write(long offset, long length) implements Act {
    public Write {
      if (offset < 0 || length < 1) {
        throw new IllegalArgumentException(length + " at " + offset + " is no write");
      }
    }
  }

  /**
   * All that was written before is durable.
   *
   * @param call which system call asked for it
   * @param byLibrary or else by its adapter
   */
  record Barrier(String call, boolean byLibrary) implements Act {}
}
