package dev.lockstep.journal.verify;

import java.nio.file.Path;

/** Where a journal should be. */
public sealed interface Place {

  /** As the operator would name it. */
  String name();

  /** A folder or an image to read. */
  record Journal(Path path) implements Place {
    @Override
    public String name() {
      return path.toString();
    }
  }

  /** Something the operator named that can't be a journal, and why. */
  record NoJournal(String name, String sentence) implements Place {}
}
