package dev.lockstep.journal.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Verifies many journals at once. One generation of at most {@code workers} of them is in memory at
 * a time, and one journal that can't be read does not stop the rest.
 */
public final class Fleet {
  /** How far the workers may run ahead of the slowest journal, for each of them. */
  private static final int AHEAD = 4;

  /** How many journals were how. */
  public record Tally(long sound, long damaged, long unreadable) {
    public static final int EXIT_UNREADABLE = 1;

    public long journals() {
      return sound + damaged + unreadable;
    }

    /** Damage outweighs what could not be read. */
    public int exitCode() {
      if (damaged > 0) {
        return Verification.EXIT_DAMAGED;
      }
      return unreadable > 0 ? EXIT_UNREADABLE : Verification.EXIT_SOUND;
    }

    public String sentence() {
      return "%d journals: %d sound, %d damaged, %d unreadable"
          .formatted(journals(), sound, damaged, unreadable);
    }

    private Tally plus(FleetVerdict verdict) {
      return switch (verdict) {
        case FleetVerdict.Read read when read.isSound() ->
            new Tally(sound + 1, damaged, unreadable);
        case FleetVerdict.Read _ -> new Tally(sound, damaged + 1, unreadable);
        case FleetVerdict.Unread _ -> new Tally(sound, damaged, unreadable + 1);
      };
    }
  }

  private Fleet() {}

  /**
   * Verifies all, and hands on each verdict in the order of {@code places}.
   *
   * @param workers from 1; how many journals are read at once
   * @param keys where given, any of them must have signed each journal last
   * @throws InterruptedException if asked to stop
   */
  public static Tally verify(
      List<Place> places, int workers, Optional<TrustedKeys> keys, Consumer<FleetVerdict> each)
      throws InterruptedException {
    Tally tally = new Tally(0, 0, 0);
    Queue<Future<FleetVerdict>> underWay = new ArrayDeque<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
      for (Place place : places) {
        underWay.add(pool.submit(() -> verify(place, keys)));
        if (underWay.size() == workers * AHEAD) {
          tally = handOn(underWay, tally, each);
        }
      }
      while (!underWay.isEmpty()) {
        tally = handOn(underWay, tally, each);
      }
    }
    return tally;
  }

  private static Tally handOn(
      Queue<Future<FleetVerdict>> underWay, Tally tally, Consumer<FleetVerdict> each)
      throws InterruptedException {
    try {
      FleetVerdict verdict = underWay.remove().get();
      each.accept(verdict);
      return tally.plus(verdict);
    } catch (ExecutionException ours) {
      throw new IllegalStateException(ours.getCause());
    }
  }

  private static FleetVerdict verify(Place place, Optional<TrustedKeys> keys) {
    return switch (place) {
      case Place.NoJournal(String name, String sentence) -> new FleetVerdict.Unread(name, sentence);
      case Place.Journal(Path path) -> read(path, keys);
    };
  }

  /** Whatever one journal does to its reader, the others are read. */
  private static FleetVerdict read(Path path, Optional<TrustedKeys> keys) {
    String name = path.toString();
    try {
      Verification verification = JournalSource.verify(path);
      return FleetVerdict.Read.of(name, keys.map(verification::trusting).orElse(verification));
    } catch (IOException | RuntimeException failed) {
      return new FleetVerdict.Unread(name, Failures.sentence(failed));
    } catch (OutOfMemoryError tooLarge) {
      return new FleetVerdict.Unread(name, "there is not enough memory to read it");
    }
  }
}
