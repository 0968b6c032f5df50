package dev.lockstep.journal.scan;

import dev.lockstep.journal.record.RecordFault;
import java.util.List;

/** What lies behind the last of the valid records that a generation's file begins with. */
public sealed interface GenerationEnd {
  /** Nothing but zeroes. */
  record Clean() implements GenerationEnd {}

  /**
   * Chronicle's document header says that the append was still under way: a cut, and nobody was
   * told "durable".
   */
  record NeverCompleted() implements GenerationEnd {}

  /**
   * Bytes that are no record.
   *
   * @param fault what is wrong at the place where the next record should begin
   * @param behind valid records that lie further on: proof that it is no mere cut
   */
  record Invalid(RecordFault fault, List<LocatedRecord> behind) implements GenerationEnd {
    public Invalid {
      behind = List.copyOf(behind);
    }
  }
}
