package dev.lockstep.simulator.disk;

import java.util.Locale;

/** One sector on its way to the medium: a cut keeps it or drops it. */
public record PendingWrite(Domain domain, int sector, Sector content) {

  @Override
  public String toString() {
    return domain.name().toLowerCase(Locale.ROOT) + " sector " + sector;
  }
}
