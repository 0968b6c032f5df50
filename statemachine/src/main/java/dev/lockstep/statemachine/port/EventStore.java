package dev.lockstep.statemachine.port;

import java.io.IOException;
import java.util.List;

/** The journal, as the loop sees it. */
public interface EventStore<E> {

  /** Every event of this machine that is on the medium and whole, oldest first. Writes nothing. */
  List<E> past() throws IOException;

  /**
   * Appends, and returns when the record is on the medium and has been read back and compared.
   *
   * @throws IOException the medium failed: fatal to the run, never retried
   */
  void append(E event) throws IOException;

  /** SHA-256 of the last record: everything before it is fixed by it. */
  Digest head() throws IOException;
}
