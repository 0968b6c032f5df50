package dev.lockstep.journal.cli;

import dev.lockstep.journal.image.ImageJournal;
import dev.lockstep.journal.verify.JournalSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Whose journal, where a disk has several. */
final class VolumeOption {
  @Option(
      names = "--volume",
      paramLabel = "NAME",
      description = "The journal of this further volume of the same disk, not the root's.")
  private String volume;

  boolean isGiven() {
    return volume != null;
  }

  Optional<String> volume(CommandLine command) {
    if (volume != null && !ImageJournal.isVolume(volume)) {
      throw new ParameterException(command, "no volume can be called " + volume);
    }
    return Optional.ofNullable(volume);
  }

  /** Which other journals are there, said to the person: one that is not named is not read. */
  void tellOthers(Path journal, CommandLine command) throws IOException {
    List<String> others = isGiven() ? List.of() : JournalSource.volumes(journal);
    if (!others.isEmpty()) {
      command
          .getErr()
          .println(
              "note: this is the root's journal; read those of "
                  + String.join(", ", others)
                  + " with --volume NAME");
      command.getErr().flush();
    }
  }
}
