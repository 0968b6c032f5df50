package dev.lockstep.simulator.mutant;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Ports;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.EventStore;
import dev.lockstep.statemachine.port.Keys;
import dev.lockstep.statemachine.port.Luks;
import dev.lockstep.statemachine.port.Volume;
import java.util.function.LongFunction;

/** The same ports but for one. */
final class PortsWith {

  private PortsWith() {}

  static Ports journal(Ports ports, EventStore<Event<Intent, Outcome>> journal) {
    return of(ports, journal, ports.volume(), ports.boot(), ports.luks(), ports.keys());
  }

  static Ports volume(Ports ports, LongFunction<Volume> volume) {
    return of(ports, ports.journal(), volume, ports.boot(), ports.luks(), ports.keys());
  }

  static Ports boot(Ports ports, BootPartition boot) {
    return of(ports, ports.journal(), ports.volume(), boot, ports.luks(), ports.keys());
  }

  static Ports luks(Ports ports, Luks luks) {
    return of(ports, ports.journal(), ports.volume(), ports.boot(), luks, ports.keys());
  }

  static Ports keys(Ports ports, Keys keys) {
    return of(ports, ports.journal(), ports.volume(), ports.boot(), ports.luks(), keys);
  }

  private static Ports of(
      Ports same,
      EventStore<Event<Intent, Outcome>> journal,
      LongFunction<Volume> volume,
      BootPartition boot,
      Luks luks,
      Keys keys) {
    return new Ports(
        journal,
        volume,
        boot,
        luks,
        keys,
        same.root(),
        same.growth(),
        same.surroundings(),
        same.randomUuid(),
        same.progress());
  }
}
