package dev.lockstep.simulator.mutant;

import java.util.List;
import java.util.stream.Stream;

/** Every mutant that ships with the simulator. */
public final class Mutants {

  private Mutants() {}

  public static List<Mutant> all() {
    return Stream.of(
            DecisionMutants.all(),
            KeyMutants.all(),
            DiskMutants.all(),
            EntryMutants.all(),
            UndoMutants.all(),
            TakeOverMutants.all(),
            ExchangeMutants.all(),
            MishapMutants.all(),
            RestMutants.all(),
            ReleaseMutants.all())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * The mutant of this name.
   *
   * @throws IllegalArgumentException with one sentence, if there is none of that name
   */
  public static Mutant named(String name) {
    if (name.equals(Mutant.NONE.name())) {
      return Mutant.NONE;
    }
    return all().stream()
        .filter(mutant -> mutant.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no mutant '"
                        + name
                        + "'; there are "
                        + String.join(", ", all().stream().map(Mutant::name).toList())));
  }
}
