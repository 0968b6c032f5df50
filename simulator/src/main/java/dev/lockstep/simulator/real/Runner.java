package dev.lockstep.simulator.real;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Goes on with a first boot, uncut. */
@FunctionalInterface
interface Runner {

  int MAX_WORDS = 1000;

  /** No first boot of a small volume takes so long, however busy the machine is. */
  int LIMIT_MINUTES = 5;

  /**
   * How it ended.
   *
   * @param words the last it said
   */
  record Ended(int exitCode, String words) {

    /** What a run says that did not end as it should. */
    String sentence() {
      return "The run that went on ended with exit code %d: %s".formatted(exitCode, words);
    }
  }

  /** Runs to the end, in a folder that holds disk, TPM and key. */
  Ended run(Path folder) throws IOException;

  /** Where a run in a folder is to say its words. */
  static Path words(Path folder) {
    return folder.resolve("words");
  }

  /** The last that a run in a folder said. */
  static String lastWords(Path folder) throws IOException {
    String said = Files.readString(words(folder), StandardCharsets.ISO_8859_1).strip();
    return said.substring(Math.max(0, said.length() - MAX_WORDS));
  }
}
