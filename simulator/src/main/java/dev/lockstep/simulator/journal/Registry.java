package dev.lockstep.simulator.journal;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What digests stand for: the simulator's own knowledge, which no model has. For any number of
 * threads: what it is told of a blob depends on the blob alone.
 */
public final class Registry {

  private static final int MOST_DIGESTS = 200_000;

  private final Memo<Fingerprint, Digest> digests = new Memo<>(MOST_DIGESTS);
  private final Map<Digest, Integer> keys = new ConcurrentHashMap<>();

  /** SHA-256 of content, computed once for each content. */
  public Digest digest(byte[] content) {
    return digests.of(Fingerprint.of(content), _ -> Digest.of(content));
  }

  /** Notes which numbered conversion key a sealed blob holds. */
  public void sealed(byte[] blob, int key) {
    keys.put(digest(blob), key);
  }

  public Option<Integer> keyInBlob(Digest blob) {
    return Option.of(keys.get(blob));
  }
}
