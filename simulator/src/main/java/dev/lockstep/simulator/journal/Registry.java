package dev.lockstep.simulator.journal;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.util.HashMap;
import java.util.Map;

/**
 * What the short tokens on the modelled media stand for, so that a record of any length fits two
 * sectors. Belongs to one exploration, and to one thread.
 */
public final class Registry {

  private static final int MOST_DIGESTS = 200_000;

  private final Map<Fingerprint, Event<Intent, Outcome>> events = new HashMap<>();
  private final Map<Fingerprint, Digest> digests = new HashMap<>();
  private final Map<Digest, Integer> keys = new HashMap<>();

  /** The token of an event; equal events have equal ones. */
  Fingerprint tokenOf(Event<Intent, Outcome> event) {
    Fingerprint token = Fingerprint.of(event.toString());
    events.putIfAbsent(token, event);
    return token;
  }

  Option<Event<Intent, Outcome>> event(Fingerprint token) {
    return Option.of(events.get(token));
  }

  /** SHA-256 of content, computed once for each content. */
  public Digest digest(byte[] content) {
    if (digests.size() > MOST_DIGESTS) {
      digests.clear();
    }
    return digests.computeIfAbsent(Fingerprint.of(content), _ -> Digest.of(content));
  }

  /** Notes which numbered conversion key a sealed blob holds. */
  public void sealed(byte[] blob, int key) {
    keys.put(Digest.of(blob), key);
  }

  public Option<Integer> keyInBlob(Digest blob) {
    return Option.of(keys.get(blob));
  }
}
