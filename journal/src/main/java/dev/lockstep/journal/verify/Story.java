package dev.lockstep.journal.verify;

import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A journal told boot by boot.
 *
 * @param boots in the order of the chain
 */
public record Story(List<Boot> boots) {

  /** What one generation holds. */
  public record Boot(int generation, List<LocatedRecord> records) {
    public Boot {
      records = List.copyOf(records);
    }

    public JournalRecord first() {
      return records.getFirst().record();
    }

    /**
     * Time since the boot's first record, by a clock that is not trusted: "+1.234 s", and "-1.234
     * s" where it went back.
     */
    public String relativeTime(LocatedRecord record) {
      double seconds = (double) (record.record().timeMillis() - first().timeMillis()) / 1000;
      return String.format(Locale.ROOT, "%+.3f s", seconds);
    }

    /**
     * How long a step took that {@code record} completes: since its intent, which is the record
     * before. Empty for every other record, and where the clock went back.
     */
    public Optional<String> took(LocatedRecord record) {
      int index =
          Collections.binarySearch(
              records, record, Comparator.comparingLong(LocatedRecord::sequence));
      if (index < 1 || records.get(index - 1).sequence() != record.sequence() - 1) {
        return Optional.empty();
      }
      JournalRecord before = records.get(index - 1).record();
      long millis = record.record().timeMillis() - before.timeMillis();
      boolean completes =
          record.record().type().contains(".completed.") && before.type().contains(".intended.");
      return completes && millis >= 0
          ? Optional.of(String.format(Locale.ROOT, "%.3f s", (double) millis / 1000))
          : Optional.empty();
    }
  }

  public Story {
    boots = List.copyOf(boots);
  }

  /** The valid prefix of {@code scan}. */
  public static Story of(Scan scan) {
    return new Story(byGeneration(scan.located()));
  }

  /**
   * The same, without the records before {@code sequence}, and without the boots that have none
   * left.
   */
  public Story since(long sequence) {
    return new Story(
        byGeneration(
            boots.stream()
                .flatMap(boot -> boot.records().stream())
                .filter(record -> record.sequence() >= sequence)
                .toList()));
  }

  private static List<Boot> byGeneration(List<LocatedRecord> records) {
    List<Boot> boots = new ArrayList<>();
    int from = 0;
    for (int at = 1; at <= records.size(); at++) {
      if (at == records.size() || records.get(at).generation() != records.get(from).generation()) {
        boots.add(new Boot(records.get(from).generation(), records.subList(from, at)));
        from = at;
      }
    }
    return boots;
  }
}
