package dev.lockstep.journal.generation;

import dev.lockstep.journal.record.JournalRecord;
import java.util.List;

/**
 * What of old generations a checkpoint keeps. Known to whoever knows what the records mean; the
 * journal's own records are never asked about. Pure.
 */
public interface Retention {
  /** Drops nothing but the journal's own records. */
  Retention EVERYTHING =
      new Retention() {
        @Override
        public List<JournalRecord> keep(List<JournalRecord> records) {
          return records;
        }

        @Override
        public boolean preserves(List<JournalRecord> all, List<JournalRecord> kept) {
          return all.equals(kept);
        }
      };

  /** The records that must be kept, in the order they have; never any other. */
  List<JournalRecord> keep(List<JournalRecord> records);

  /**
   * Whether {@code kept} leads to the same state as {@code all}. Asked before a checkpoint is
   * written, and again of what was read back, before anything is dropped.
   */
  boolean preserves(List<JournalRecord> all, List<JournalRecord> kept);
}
