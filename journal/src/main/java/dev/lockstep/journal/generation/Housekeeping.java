package dev.lockstep.journal.generation;

import static dev.lockstep.journal.generation.JournalFailed.Reason.MEDIUM;

import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.Scan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Removes generations that nothing rests on any more. What a cut leaves, step by step:
 *
 * <pre>
 *   remove generations never opened, newest first   the chain without the last of them
 *   make the new file, begin it, write checkpoints  the chain, and a generation never opened
 *   read all back, compare                          the checkpoint is whole: the chain begins there
 *   remove what it stands for, oldest first         the same, and leftovers that are passed by
 * </pre>
 */
final class Housekeeping {
  private final Path directory;
  private final Compaction compaction;

  Housekeeping(Path directory, Compaction compaction) {
    this.directory = directory;
    this.compaction = compaction;
  }

  /**
   * Ends what a cut boot began: leftovers of its fold go, and, where there are too many
   * generations, the ones that never were opened. Touches nothing in a damaged journal.
   *
   * @return whether a generation was removed
   */
  boolean clear(Scan past) throws JournalFailed {
    if (!Compaction.isExplained(past)) {
      return false;
    }
    int first = past.base().map(Scan.Base::generation).orElse(0);
    List<Path> leftovers = files(0, first);
    List<Path> unopened =
        compaction.isDue(past)
            ? files(Compaction.firstUnopened(past), past.lastGeneration() + 1).reversed()
            : List.of();
    remove(leftovers);
    remove(unopened);
    return !leftovers.isEmpty() || !unopened.isEmpty();
  }

  /** After the checkpoint was written: reads it from the medium first, and believes only that. */
  void dropFolded(Scan past, Checkpoint written) throws JournalFailed {
    Scan readBack;
    try {
      readBack = JournalReader.read(directory);
    } catch (IOException failed) {
      throw unreadable(failed);
    }
    if (!compaction.isWhole(past, written, readBack)) {
      throw new JournalFailed(
          MEDIUM,
          "the checkpoint in %s can't be read back as it was written; nothing was removed"
              .formatted(directory));
    }
    remove(files(0, past.lastGeneration() + 1));
  }

  /** The generations' files that are there, from one number to before another, oldest first. */
  private List<Path> files(int from, int to) throws JournalFailed {
    try {
      return JournalReader.files(directory).stream()
          .filter(file -> isBetween(file, from, to))
          .toList();
    } catch (IOException failed) {
      throw unreadable(failed);
    }
  }

  private static boolean isBetween(Path file, int from, int to) {
    int number = GenerationLayout.generationOf(file.getFileName().toString()).orElseThrow();
    return number >= from && number < to;
  }

  private JournalFailed unreadable(IOException failed) {
    return new JournalFailed(
        MEDIUM, "%s can't be read back: %s".formatted(directory, failed.getMessage()), failed);
  }

  private void remove(List<Path> files) throws JournalFailed {
    try {
      Medium.remove(directory, files);
    } catch (IOException failed) {
      throw new JournalFailed(
          MEDIUM,
          "an old generation in %s can't be removed: %s".formatted(directory, failed.getMessage()),
          failed);
    }
  }
}
