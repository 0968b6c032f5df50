package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Memo;

/**
 * The parts of states that were worked out lately: the same ones come again and again. For any
 * number of threads.
 */
final class Parts {

  private static final int MOST = 20_000;

  private final Simulation simulation;
  private final Memo<Fingerprint, StateKey.OfRoot> roots = new Memo<>(MOST);
  private final Memo<Fingerprint, StateKey.OfBoot> boots = new Memo<>(MOST);

  Parts(Simulation simulation) {
    this.simulation = simulation;
  }

  /** How many sectors of 512 bytes the disk writes whole or not at all. */
  int sectorsAtOnce() {
    return simulation.scenario().sectorsAtOnce();
  }

  StateKey.OfRoot root(DiskImage image) {
    return roots.of(image.fingerprint(), _ -> StateKey.OfRoot.of(simulation, image));
  }

  StateKey.OfBoot boot(DiskImage image) {
    return boots.of(image.fingerprint(), _ -> StateKey.OfBoot.of(simulation, image));
  }
}
