package dev.lockstep.simulator.demo;

import java.io.IOException;

/** The same story on modelled hardware: no tool, no root, no disk image. */
@FunctionalInterface
public interface ModelDemo {

  /**
   * Tells the story.
   *
   * @param cuts how often the power goes
   * @param seed draws the same cuts again
   * @param json whether the result is wanted as one JSON object on standard output
   * @return the exit code
   */
  int tell(int cuts, long seed, boolean json) throws IOException;
}
