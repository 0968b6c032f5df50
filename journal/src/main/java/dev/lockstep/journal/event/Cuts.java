package dev.lockstep.journal.event;

import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.verify.Story;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.install.InstallIntent;
import java.util.List;

/** Tells the boots that were cut from those that came to an end of their own. */
public final class Cuts {
  /** The install's last word: it goes onto the disk before it is had, see {@link InstallIntent}. */
  private static final String INSTALL_ENDS =
      Family.INSTALL.name() + ".intended." + Family.name(InstallIntent.MakeBoot.class);

  /** The first boot's last step. */
  private static final String SEALED = "." + Family.name(Outcome.EntryRetired.class);

  private Cuts() {}

  /**
   * Whether the boot at {@code index} was cut, as the one behind it shows: the newest may still be
   * running. A cut is a power cut or a killed process; the journal can't tell which.
   */
  public static boolean isCutBehind(List<Story.Boot> boots, int index) {
    if (index < 0 || index + 1 >= boots.size() || isSealed(boots.subList(0, index + 1))) {
      return false;
    }
    String last = boots.get(index).records().getLast().record().type();
    boolean handedOver =
        last.equals(INSTALL_ENDS) && !hasRecordsOf(Family.INSTALL, boots.get(index + 1));
    return !handedOver && !last.endsWith(".stopped");
  }

  /** What stands between the two boots. */
  public static String sentence(Story.Boot boot) {
    return "the power went here, or the process was killed: record %d is the last that became durable"
        .formatted(boot.records().getLast().sequence());
  }

  private static boolean hasRecordsOf(Family<?, ?> family, Story.Boot boot) {
    return boot.records().stream()
        .anyMatch(record -> record.record().type().startsWith(family.name() + "."));
  }

  private static boolean isSealed(List<Story.Boot> boots) {
    return boots.stream()
        .flatMap(boot -> boot.records().stream())
        .map(LocatedRecord::record)
        .anyMatch(
            record -> record.type().endsWith(SEALED) && !record.type().contains(".intended."));
  }
}
