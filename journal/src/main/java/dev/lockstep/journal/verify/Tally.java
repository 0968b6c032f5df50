package dev.lockstep.journal.verify;

import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.RecordSink;
import dev.lockstep.journal.scan.Scan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Counts records as they go by. It keeps a few of those behind the valid prefix, for an auditor to
 * look at, and no other.
 */
public final class Tally implements RecordSink {
  private static final int MAX_LISTED = 1_000;
  private static final int MAX_LISTED_BYTES = 1 << 20;

  private final Set<Integer> boots = new HashSet<>();
  private final List<LocatedRecord> listedBehind = new ArrayList<>();
  private long records;
  private long behind;
  private int listedBytes;
  private Optional<LocatedRecord> lastBehind = Optional.empty();

  static Tally of(Scan scan) {
    Tally tally = new Tally();
    scan.located().forEach(tally::accepted);
    scan.behind().forEach(tally::behind);
    return tally;
  }

  @Override
  public void accepted(LocatedRecord record) {
    records++;
    boots.add(record.generation());
  }

  @Override
  public void behind(LocatedRecord record) {
    behind++;
    lastBehind = Optional.of(record);
    boolean allListed = listedBehind.size() == behind - 1;
    if (allListed
        && listedBehind.size() < MAX_LISTED
        && listedBytes + record.encoded().lengthBytes() <= MAX_LISTED_BYTES) {
      listedBehind.add(record);
      listedBytes += record.encoded().lengthBytes();
    }
  }

  /** In the valid prefix. */
  public long records() {
    return records;
  }

  /** Generations with a record in the valid prefix. */
  public long boots() {
    return boots.size();
  }

  /** Behind the valid prefix. */
  public long behind() {
    return behind;
  }

  /** The first of those, at most {@value #MAX_LISTED} and 1 MiB. */
  public List<LocatedRecord> listedBehind() {
    return Collections.unmodifiableList(listedBehind);
  }

  Optional<LocatedRecord> lastBehind() {
    return lastBehind;
  }
}
