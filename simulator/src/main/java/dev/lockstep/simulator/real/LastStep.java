package dev.lockstep.simulator.real;

import dev.lockstep.journal.image.ImageJournal;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.simulator.demo.StoryStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The step that a disk's journal tells last: read out of the image, with nothing mounted. */
final class LastStep {

  private LastStep() {}

  /** Preflight where nothing was begun yet. */
  static StoryStep in(Path disk) throws IOException {
    List<JournalRecord> records = ImageJournal.read(disk).records();
    for (JournalRecord each : records.reversed()) {
      var place = StoryStep.placeOf(each.type());
      if (place.isPresent()) {
        return place.get().step();
      }
    }
    return StoryStep.PREFLIGHT;
  }
}
