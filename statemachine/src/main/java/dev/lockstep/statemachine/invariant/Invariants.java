package dev.lockstep.statemachine.invariant;

import java.util.List;
import java.util.stream.Stream;

/** All of them, by when they can be held against the evidence. */
public final class Invariants {

  private Invariants() {}

  /** Of every cut: they look at the journal only. */
  public static List<Invariant> ofHistory() {
    return List.of(new JournalPrefix(), new LiveEqualsReplay());
  }

  /** Of every image that a cut leaves. */
  public static List<Invariant> ofMedium() {
    return List.of(
        new PlaintextPreserved(),
        new DurableKeyExists(),
        new NoKeyOnMedia(),
        new SomeEntryBoots(),
        new EntryOldOrNew(),
        new OutcomesHold(),
        new EarlierContentGone(),
        new UndoRestores(),
        new ReplayIdempotent(),
        new MonotonicProgress(),
        new NoLockout());
  }

  /** Of what follows when the power stays. */
  public static List<Invariant> ofRecovery(int boots) {
    return List.of(new PlaintextPreserved(), new UndoRestores(), new ConvergesWithin(boots));
  }

  /** Every name, once. */
  public static List<String> names() {
    return Stream.of(ofHistory(), ofMedium(), ofRecovery(1))
        .flatMap(List::stream)
        .map(Invariant::name)
        .distinct()
        .toList();
  }
}
