package dev.lockstep.initrd.boot;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A copy of the journal's generations, for whoever looks where the boot partition is not mounted.
 * The journal itself stays where it is: the copy proves nothing that it does not prove.
 */
final class JournalCopy {

  private static final String GENERATIONS = "gen*.cq4";

  /** Far more than a journal ever has, and bounded all the same: the folder may be anybody's. */
  private static final int MOST_FILES = 1024;

  private static final long LARGEST_FILE_BYTES = 16L << 20;

  private JournalCopy() {}

  /** Makes {@code to} hold what {@code from} holds; nothing where there is no journal. */
  static void keep(Path from, Path to) throws IOException {
    if (!Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.createDirectories(to);
    for (Path generation : generations(from)) {
      if (Files.isRegularFile(generation, LinkOption.NOFOLLOW_LINKS)
          && Files.size(generation) <= LARGEST_FILE_BYTES) {
        Files.copy(
            generation, to.resolve(generation.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static List<Path> generations(Path folder) throws IOException {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, GENERATIONS)) {
      for (Path each : stream) {
        all.add(each);
      }
    }
    Collections.sort(all);
    return all.subList(0, Math.min(all.size(), MOST_FILES));
  }
}
