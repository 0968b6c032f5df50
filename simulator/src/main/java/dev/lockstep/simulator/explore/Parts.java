package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Fingerprint;
import java.util.HashMap;
import java.util.Map;

/** The parts of states that were worked out lately: the same ones come again and again. */
final class Parts {

  private static final int MOST = 20_000;

  private final Simulation simulation;
  private final Map<Fingerprint, StateKey.OfRoot> roots = new HashMap<>();
  private final Map<Fingerprint, StateKey.OfBoot> boots = new HashMap<>();

  Parts(Simulation simulation) {
    this.simulation = simulation;
  }

  Simulation simulation() {
    return simulation;
  }

  StateKey.OfRoot root(DiskImage image) {
    if (roots.size() > MOST) {
      roots.clear();
    }
    return roots.computeIfAbsent(image.fingerprint(), _ -> StateKey.OfRoot.of(simulation, image));
  }

  StateKey.OfBoot boot(DiskImage image) {
    if (boots.size() > MOST) {
      boots.clear();
    }
    return boots.computeIfAbsent(image.fingerprint(), _ -> StateKey.OfBoot.of(simulation, image));
  }
}
