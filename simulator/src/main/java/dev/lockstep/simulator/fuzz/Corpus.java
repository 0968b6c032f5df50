package dev.lockstep.simulator.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

/** The plans that reached something that none before them had, and all that was reached. */
final class Corpus {

  private static final int MOST_DRAFTS = 4096;

  private final List<Draft> drafts = new ArrayList<>();
  private final SortedSet<String> marks = new TreeSet<>();

  /** Keeps the draft if it reached anything new. */
  void learn(Draft draft, SortedSet<String> reached) {
    boolean isNew = marks.addAll(reached);
    if (isNew && !draft.strikes().isEmpty() && drafts.size() < MOST_DRAFTS) {
      drafts.add(draft);
    }
  }

  boolean isEmpty() {
    return drafts.isEmpty();
  }

  /** Any of them; the later ones, which got further, twice as often. */
  Draft pick(Random random) {
    int one = random.nextInt(drafts.size());
    int another = random.nextInt(drafts.size());
    return drafts.get(Math.max(one, another));
  }

  int size() {
    return drafts.size();
  }

  SortedSet<String> marks() {
    return new TreeSet<>(marks);
  }
}
