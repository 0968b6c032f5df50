package dev.lockstep.simulator.real;

import dev.lockstep.simulator.demo.FinishedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** States that were lost: each with what the cut left, what the recovery made of it, and how. */
final class KeptStates {

  /** A disk that is full of lost states tells no more than these. */
  private static final int MOST = 20;

  private final Path folder;
  private final List<Path> kept = new ArrayList<>();

  KeptStates(Path folder) {
    this.folder = folder;
  }

  Optional<Path> first() {
    return kept.stream().findFirst();
  }

  /**
   * Moves a state out of the way of the next one.
   *
   * @param before disk, TPM and key as the cut left them
   * @param after the folder of the recovery
   */
  void keep(Verdict verdict, Path before, Path after, Laboratory laboratory) throws IOException {
    if (kept.size() == MOST) {
      return;
    }
    Path place = Files.createDirectories(folder.resolve("lost-" + (kept.size() + 1)));
    Files.move(before, place.resolve("before"));
    Files.move(after, place.resolve("after"));
    Path again = place.resolve("again");
    Files.writeString(
        place.resolve("README"),
        """
        %s, in the step "%s":
        %s

        before/ is what the power cut left, after/ what one more run made of it. Once more:

            cp -a --sparse=always %s %s
            %s
        """
            .formatted(
                verdict.state(),
                verdict.step(),
                verdict.fault().orElse(""),
                place.resolve("before"),
                again,
                String.join(" ", laboratory.command(again))));
    if (Files.exists(laboratory.source())) {
      FinishedFolder.delete(FinishedFolder.source(place.resolve("after")));
      Laboratory.copy(laboratory.source(), FinishedFolder.source(place.resolve("after")));
    }
    kept.add(place);
  }
}
