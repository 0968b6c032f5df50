package dev.lockstep.simulator.journal;

import dev.lockstep.journal.chain.Tail;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.JournalScanner;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Event;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A journal's medium as the real scanner reads it, from the first record to the last: what a boot
 * begins with. Each image is scanned once.
 */
public final class JournalScans {

  /**
   * What a boot finds.
   *
   * @param damage why it may not go on, if anything is there that no cut explains
   * @param tails how the generations since the last record ended
   */
  public record Found(
      List<Event<Intent, Outcome>> events, Option<String> damage, List<Tail> tails) {

    public Found {
      events = List.copyOf(events);
      tails = List.copyOf(tails);
    }

    /**
     * The events.
     *
     * @throws IOException as the runner refuses a damaged journal
     */
    List<Event<Intent, Outcome>> sound() throws IOException {
      if (damage.isDefined()) {
        throw new IOException("The journal is damaged: " + damage.get());
      }
      return events;
    }
  }

  private record Look(Fingerprint image, String release) {}

  private static final Memo<Look, Found> FOUND = new Memo<>(5_000);

  private JournalScans() {}

  /** As today's runner finds it. */
  public static Found of(DiskImage image) {
    return of(image, Release.PRESENT);
  }

  /** As the runner of a release finds it. */
  public static Found of(DiskImage image, Release release) {
    return FOUND.of(new Look(image.fingerprint(), release.name()), _ -> scanned(image, release));
  }

  private static Found scanned(DiskImage image, Release release) {
    Scan scan = JournalScanner.scan(GenerationSectors.files(image), List.of());
    List<Event<Intent, Outcome>> events = new ArrayList<>();
    Option<String> damage =
        Option.ofOptional(
            scan.findings().stream()
                .filter(finding -> !isExplained(finding))
                .map(Finding::sentence)
                .findFirst());
    for (JournalRecord record : scan.records()) {
      Either<String, Option<Event<Intent, Outcome>>> event = release.in(record);
      damage = damage.orElse(event.swap().toOption());
      event.getOrElse(Option.none()).forEach(events::add);
    }
    return new Found(events, damage, scan.tails());
  }

  /** As the runner takes it: a tail that a cut explains is no damage, nor is an empty journal. */
  static boolean isExplained(Finding finding) {
    return !finding.isDamage()
        || finding instanceof Finding.TornOrDamaged
        || finding instanceof Finding.NoRecord;
  }
}
