package dev.lockstep.simulator.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/**
 * A plan as it is drawn: its cuts, each with jqwik's knowledge of smaller ones. What was made from
 * another draft shrinks as well as what was drawn anew.
 *
 * @param strikes in their order
 */
record Draft(List<Shrinkable<Strike>> strikes) implements Shrinkable<List<Strike>> {

  Draft {
    strikes = List.copyOf(strikes);
  }

  @Override
  public List<Strike> value() {
    return strikes.stream().map(Shrinkable::value).toList();
  }

  /** First a cut less, then each cut smaller: what is found first is the larger step. */
  @Override
  public Stream<Shrinkable<List<Strike>>> shrink() {
    Stream<Shrinkable<List<Strike>>> fewer =
        IntStream.range(0, strikes.size()).mapToObj(this::without);
    Stream<Shrinkable<List<Strike>>> smaller =
        IntStream.range(0, strikes.size())
            .boxed()
            .flatMap(at -> strikes.get(at).shrink().map(strike -> with(at, strike)));
    return Stream.concat(fewer, smaller);
  }

  @Override
  public ShrinkingDistance distance() {
    return ShrinkingDistance.forCollection(strikes);
  }

  Draft without(int at) {
    List<Shrinkable<Strike>> fewer = new ArrayList<>(strikes);
    fewer.remove(at);
    return new Draft(fewer);
  }

  Draft with(int at, Shrinkable<Strike> strike) {
    List<Shrinkable<Strike>> changed = new ArrayList<>(strikes);
    changed.set(at, strike);
    return new Draft(changed);
  }

  private Draft plus(int at, Shrinkable<Strike> strike) {
    List<Shrinkable<Strike>> more = new ArrayList<>(strikes);
    more.add(at, strike);
    return new Draft(more);
  }

  /**
   * Something like it: a cut changed, put in, left out, or the rest of another draft behind its
   * beginning.
   */
  Draft changed(Random random, Shrinkable<Strike> fresh, Draft other, int mostCuts) {
    int at = random.nextInt(strikes.size());
    return switch (random.nextInt(4)) {
      case 0 -> with(at, fresh);
      case 1 -> strikes.size() < mostCuts ? plus(random.nextInt(strikes.size() + 1), fresh) : this;
      case 2 -> strikes.size() > 1 ? without(at) : with(at, fresh);
      default -> crossed(at, other, mostCuts);
    };
  }

  private Draft crossed(int at, Draft other, int mostCuts) {
    List<Shrinkable<Strike>> both = new ArrayList<>(strikes.subList(0, at + 1));
    int from = Math.min(at + 1, other.strikes.size() - 1);
    both.addAll(other.strikes.subList(from, other.strikes.size()));
    return new Draft(both.subList(0, Math.min(both.size(), mostCuts)));
  }
}
