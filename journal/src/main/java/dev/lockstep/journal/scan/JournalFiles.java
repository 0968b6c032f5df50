package dev.lockstep.journal.scan;

import java.util.List;

/**
 * What a journal's folder holds.
 *
 * @param generations in ascending order
 * @param findings names that are none of the journal's, or no plain file's
 */
public record JournalFiles(List<GenerationFile> generations, List<Finding> findings) {
  public JournalFiles {
    generations = List.copyOf(generations);
    findings = List.copyOf(findings);
  }

  /** The highest number in use, -1 for none: a link under a generation's name takes it, too. */
  int lastGeneration() {
    int highest = generations.isEmpty() ? -1 : generations.getLast().generation();
    for (Finding finding : findings) {
      if (finding instanceof Finding.NotAPlainFile(String name)) {
        highest = Math.max(highest, GenerationLayout.generationOf(name).orElse(-1));
      }
    }
    return highest;
  }
}
