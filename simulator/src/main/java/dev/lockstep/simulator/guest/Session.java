package dev.lockstep.simulator.guest;

import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.explore.Image;
import dev.lockstep.simulator.tpm.ModelTpm;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Boots from one power cut to the next, each after an orderly shutdown of the one before. */
final class Session {

  /** What no firmware here ever changes. */
  private static final String MEASURED = "firmware-1";

  private static final int BOOTS = 3;

  /** An instant at which the power may go. */
  record Instant(int ordinal, String before, Image durable, List<PendingWrite> pending) {}

  private final Guest guest;
  private final Consumer<Instant> instants;
  private Image image;
  private int ordinal;

  private Session(Guest guest, Image image, Consumer<Instant> instants) {
    this.guest = guest;
    this.image = image;
    this.instants = instants;
  }

  /**
   * Runs until nothing changes any more, or for so many boots as any machine should need.
   *
   * @param instants told of each, and may throw a {@code PowerCut}
   */
  static Image run(Guest guest, Image image, Consumer<Instant> instants) {
    Session session = new Session(guest, image, instants);
    for (int boot = 0; boot < BOOTS; boot++) {
      session.boot();
    }
    return session.image;
  }

  private void boot() {
    Running running = new Running(image);
    try {
      guest.boot(running.hardware);
    } catch (IOException | KeyRefused gaveUp) {
      // It is switched off, and on again: the next boot finds what this one left.
    }
    if (!running.pending().isEmpty()) {
      running.power.moment("the orderly shutdown");
    }
    image = running.durable().with(running.pending());
  }

  /** One boot's hardware. */
  private final class Running {
    private final Power power = this::moment;
    private final Hardware hardware;

    Running(Image found) {
      hardware =
          new Hardware(
              new ModelDisk(Domain.ROOT, found.root(), power),
              new ModelDisk(Domain.BOOT, found.boot(), power),
              new ModelDisk(Domain.JOURNAL, found.journal(), power),
              new ModelTpm(MEASURED, found.offDisk(), power),
              power);
    }

    private void moment(String before) {
      instants.accept(new Instant(ordinal++, before, durable(), pending()));
    }

    private Image durable() {
      return new Image(
          hardware.root().durable(),
          hardware.boot().durable(),
          hardware.journal().durable(),
          hardware.tpm().offDisk());
    }

    private List<PendingWrite> pending() {
      List<PendingWrite> all = new ArrayList<>(hardware.root().pending());
      all.addAll(hardware.boot().pending());
      all.addAll(hardware.journal().pending());
      return all;
    }
  }
}
