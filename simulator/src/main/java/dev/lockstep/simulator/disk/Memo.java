package dev.lockstep.simulator.disk;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What a pure function gave, kept for when it is asked the same again. It forgets everything when
 * it is full, so a caller can't tell it from the function but by the time it takes. For any number
 * of threads.
 */
public final class Memo<K, V> {

  private final Map<K, V> known = new ConcurrentHashMap<>();
  private final int most;

  /**
   * Keeps this many answers.
   *
   * @param most bounds the memory
   */
  public Memo(int most) {
    this.most = most;
  }

  /** The answer, worked out where it is not known. */
  public V of(K key, Function<? super K, ? extends V> function) {
    V found = known.get(key);
    if (found != null) {
      return found;
    }
    V answer = function.apply(key);
    if (known.size() >= most) {
      known.clear();
    }
    known.put(key, answer);
    return answer;
  }
}
