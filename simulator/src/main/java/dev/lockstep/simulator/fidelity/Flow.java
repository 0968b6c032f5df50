package dev.lockstep.simulator.fidelity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What each step did to a volume, in order.
 *
 * @param map of the volume
 */
record Flow(VolumeMap map, Map<Step, List<Act>> acts) {

  Flow {
    Map<Step, List<Act>> copy = new EnumMap<>(Step.class);
    acts.forEach((step, done) -> copy.put(step, List.copyOf(done)));
    acts = copy;
  }

  /**
   * What may be on its way to the medium at once.
   *
   * @param places by name; {@code in part} where not all of one was written
   * @param ended whether a barrier came behind it
   */
  record Epoch(SortedSet<String> places, boolean ended) {
    @Override
    public String toString() {
      return String.join(", ", places) + (ended ? "; barrier" : "; no barrier");
    }
  }

  /**
   * A step by its epochs: what of it a power cut can show.
   *
   * <p><b>What is tolerated</b>, here and nowhere else, and why it makes no difference to a cut:
   *
   * <ul>
   *   <li>The order of writes within an epoch, and how a stretch is divided among them: any subset
   *       of an epoch's sectors may arrive, in either case.
   *   <li>A place that is written several times in one epoch. The library writes each binary header
   *       first with an empty checksum, and overwrites key slots up to 40 times: what the earlier
   *       writes leave is a torn copy, or a key slot that opens nothing, and the model's own torn
   *       writes leave both.
   *   <li>How much of the key slots' area is written: one slot has 252 KiB there, the
   *       re-encryption's 4 KiB, and the model one sector for all of them.
   *   <li>Which call asks for the barrier: fsync and fdatasync flush a block device alike.
   *   <li>A barrier with nothing written before it.
   *   <li>The adapter's own barrier behind a step of the library's.
   * </ul>
   */
  List<Epoch> epochs(Step step) {
    List<Epoch> epochs = new ArrayList<>();
    List<Act.Write> open = new ArrayList<>();
    for (Act act : acts.getOrDefault(step, List.of())) {
      switch (act) {
        case Act.Write write -> open.add(write);
        case Act.Barrier barrier -> {
          if (!open.isEmpty() && (barrier.byLibrary() || !step.isByLibrary())) {
            epochs.add(new Epoch(places(open), true));
            open.clear();
          }
        }
      }
    }
    if (!open.isEmpty()) {
      epochs.add(new Epoch(places(open), false));
    }
    return epochs;
  }

  private SortedSet<String> places(List<Act.Write> writes) {
    SortedSet<String> names = new TreeSet<>();
    for (VolumeMap.Place place : map.places()) {
      long written = written(place, writes);
      boolean whole = written == place.to() - place.from() || place.name().equals("key slots");
      if (written > 0) {
        names.add(place.name() + (whole ? "" : " in part"));
      }
    }
    if (writes.stream().anyMatch(write -> write.offset() + write.length() > map.window())) {
      names.add("behind the window");
    }
    return names;
  }

  /** How much of a place is written, counting what is written twice once. */
  private static long written(VolumeMap.Place place, List<Act.Write> writes) {
    List<Act.Write> inOrder = new ArrayList<>(writes);
    inOrder.sort(Comparator.comparingLong(Act.Write::offset));
    long sum = 0;
    long reached = place.from();
    for (Act.Write write : inOrder) {
      long from = Math.max(reached, write.offset());
      long to = Math.min(place.to(), write.offset() + write.length());
      if (to > from) {
        sum += to - from;
        reached = to;
      }
    }
    return sum;
  }

  /** Where this one, which is the model's, first differs from what was recorded. */
  Optional<String> firstDifference(Flow recorded) {
    for (Step step : Step.values()) {
      List<Epoch> here = epochs(step);
      List<Epoch> there = recorded.epochs(step);
      for (int at = 0; at < Math.max(here.size(), there.size()); at++) {
        String ours = at < here.size() ? here.get(at).toString() : "nothing more";
        String theirs = at < there.size() ? there.get(at).toString() : "nothing more";
        if (!ours.equals(theirs)) {
          return Optional.of(
              "%s, epoch %d: libcryptsetup wrote [%s], the model [%s]"
                  .formatted(step, at + 1, theirs, ours));
        }
      }
    }
    return Optional.empty();
  }

  /** All that was done, a line each: equal writes one after the other are one line. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Step step : Step.values()) {
      lines.add(step.name());
      for (Act act : acts.getOrDefault(step, List.of())) {
        String line = "  " + line(act);
        if (!lines.getLast().equals(line)) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  private String line(Act act) {
    return switch (act) {
      case Act.Write write -> "write %d at %s".formatted(write.length(), place(write.offset()));
      case Act.Barrier barrier -> barrier.call() + (barrier.byLibrary() ? "" : " by the adapter");
    };
  }

  private String place(long offset) {
    for (VolumeMap.Place place : map.places()) {
      if (offset >= place.from() && offset < place.to()) {
        return place.name() + " + " + (offset - place.from());
      }
    }
    return "behind the window";
  }
}
