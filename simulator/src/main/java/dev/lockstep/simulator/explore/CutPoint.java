package dev.lockstep.simulator.explore;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.lockstep.simulator.fault.Mishap;
import io.vavr.control.Option;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * One power cut of a plan.
 *
 * @param asked what the operator wanted of the boots that this cut ended
 * @param moment counted from 0 since the cut before, or from power on; below {@value #MOST}
 * @param before what was about to become durable, for the reader
 * @param pending how many sector writes were on their way
 * @param kept the positions of those that reached the medium, each below {@value #MOST}
 * @param keptWrites where those go, for the reader
 * @param mishap that came about before it; null for none, and then left out
 */
@JsonPropertyOrder({"asked", "mishap", "moment", "before", "pending", "kept", "keptWrites"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CutPoint(
    Wish asked,
    int moment,
    String before,
    int pending,
    List<Integer> kept,
    List<String> keptWrites,
    Mishap mishap)
    implements Interruption {

  /** No machine here comes near it: a plan may be hostile. */
  private static final int MOST = 100_000;

  public CutPoint {
    asked = asked == null ? Wish.ENCRYPT : asked;
    before = before == null ? "" : before;
    kept = kept == null ? List.of() : kept;
    if (moment < 0 || moment >= MOST) {
      throw new IllegalArgumentException("a cut's moment is from 0 to 99999, not " + moment);
    }
    if (kept.size() > MOST) {
      throw new IllegalArgumentException("a cut keeps at most 100000 writes");
    }
    for (Integer position : kept) {
      if (position == null || position < 0 || position >= MOST) {
        throw new IllegalArgumentException(
            "a kept write's position is from 0 to 99999, not " + position);
      }
    }
    kept = kept.stream().distinct().sorted().toList();
    keptWrites =
        keptWrites == null || keptWrites.stream().anyMatch(Objects::isNull)
            ? List.of()
            : List.copyOf(keptWrites);
  }

  /** Without a mishap. */
  public CutPoint(
      Wish asked,
      int moment,
      String before,
      int pending,
      List<Integer> kept,
      List<String> keptWrites) {
    this(asked, moment, before, pending, kept, keptWrites, null);
  }

  static CutPoint at(Wish asked, Moment moment, BitSet kept, Option<Mishap> suffering) {
    return new CutPoint(
        asked,
        moment.ordinal(),
        moment.before(),
        moment.pending().size(),
        kept.stream().boxed().toList(),
        moment.kept(kept).stream().map(Object::toString).toList(),
        suffering.getOrNull());
  }

  @Override
  public Option<Mishap> suffering() {
    return Option.of(mishap);
  }

  @Override
  public BitSet keptOf(Moment at) {
    BitSet bits = new BitSet();
    kept.forEach(bits::set);
    return bits;
  }

  /** The same, and one write less reaches the medium. */
  public CutPoint without(Integer position) {
    List<Integer> fewer = kept.stream().filter(other -> !other.equals(position)).toList();
    return new CutPoint(asked, moment, before, pending, fewer, List.of(), mishap);
  }

  /** The same, and the operator had no wish of his own. */
  CutPoint unasked() {
    return new CutPoint(Wish.ENCRYPT, moment, before, pending, kept, keptWrites, mishap);
  }

  /** The same, and nothing happened besides. */
  CutPoint unharmed() {
    return new CutPoint(asked, moment, before, pending, kept, keptWrites);
  }

  /** Counted from 1: the same sector may have been written twice. */
  private List<String> arrived() {
    return IntStream.range(0, keptWrites.size())
        .mapToObj(
            at -> keptWrites.get(at) + (at < kept.size() ? " [" + (kept.get(at) + 1) + "]" : ""))
        .toList();
  }

  @Override
  public String toString() {
    return (asked == Wish.ENCRYPT ? "" : "asked to " + asked + ", ")
        + (mishap == null ? "" : "after " + mishap + ", ")
        + "before "
        + before
        + " (moment "
        + moment
        + "), of "
        + pending
        + " pending sector writes "
        + (kept.isEmpty() ? "none arrived" : "these arrived: " + String.join(", ", arrived()));
  }
}
