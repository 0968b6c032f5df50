package dev.lockstep.simulator.real;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every so-many-th state.
 *
 * @param number from 1 to {@code of}
 */
public record Shard(int number, int of) {

  private static final Pattern FORM = Pattern.compile("([0-9]{1,6})/([0-9]{1,6})");

  /** All of them. */
  public static final Shard WHOLE = new Shard(1, 1);

  public Shard {
    if (number < 1 || number > of) {
      throw new IllegalArgumentException(
          "a shard is written I/N with I from 1 to N, not " + number + "/" + of);
    }
  }

  /** Reads {@code I/N}. */
  public static Shard parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("a shard is written I/N, for example 1/4, not " + text);
    }
    return new Shard(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
  }

  /**
   * Whether a state is one of this shard's.
   *
   * @param state counted from 1
   * @param stride only every so-many-th state is tried at all
   */
  public boolean has(int state, int stride) {
    return (state - 1) % stride == 0 && (state - 1) / stride % of == number - 1;
  }

  @Override
  public String toString() {
    return number + "/" + of;
  }
}
