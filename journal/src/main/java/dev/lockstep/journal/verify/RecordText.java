package dev.lockstep.journal.verify;

import dev.lockstep.journal.record.JournalRecord;

/**
 * Says what a record means, for a person. Who knows the machine's events says it better than {@link
 * PlainText}.
 */
@FunctionalInterface
public interface RecordText {
  /** One line without control characters; never fails, whatever the payload holds. */
  String sentence(JournalRecord record);
}
