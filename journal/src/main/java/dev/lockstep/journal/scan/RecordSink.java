package dev.lockstep.journal.scan;

import java.util.Optional;

/** Takes a journal's valid records one by one, as a scan comes to them. */
public interface RecordSink {
  /** Nobody looks. */
  RecordSink NONE =
      new RecordSink() {
        @Override
        public void accepted(LocatedRecord record) {}

        @Override
        public void behind(LocatedRecord record) {}
      };

  /**
   * Where the chain begins, told before the first record.
   *
   * @param base empty where it begins with record 0
   */
  default void begins(Optional<Scan.Base> base) {}

  /**
   * The next record of the chain's valid prefix; the ones that a checkpoint keeps come first. An
   * accepted record stays accepted.
   */
  void accepted(LocatedRecord record);

  /** A valid record that the prefix does not reach. */
  void behind(LocatedRecord record);

  /** Both. */
  default RecordSink and(RecordSink other) {
    RecordSink first = this;
    return new RecordSink() {
      @Override
      public void begins(Optional<Scan.Base> base) {
        first.begins(base);
        other.begins(base);
      }

      @Override
      public void accepted(LocatedRecord record) {
        first.accepted(record);
        other.accepted(record);
      }

      @Override
      public void behind(LocatedRecord record) {
        first.behind(record);
        other.behind(record);
      }
    };
  }
}
