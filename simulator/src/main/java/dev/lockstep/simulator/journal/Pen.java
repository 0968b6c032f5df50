package dev.lockstep.simulator.journal;

import dev.lockstep.journal.record.JournalRecord;
import java.io.IOException;

/** Brings one boot's records to the modelled medium: what the two levels do each in its own way. */
interface Pen extends AutoCloseable {

  /**
   * Puts a record on its way.
   *
   * @param record the next one, the first being what opens the generation
   * @param bytes the record as it has to be on the medium
   * @param document where its document begins, in bytes from the generation's beginning
   */
  void write(JournalRecord record, byte[] bytes, int document) throws IOException;

  /** That record is on the medium when this returns. */
  void force();

  /** Lets go of everything; what is on its way stays so. */
  @Override
  void close();
}
