package dev.lockstep.journal.cli;

import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.scan.SignedHeads;
import dev.lockstep.journal.verify.JournalSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The journal that each command reads. */
final class JournalArgument {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Parameters(
      paramLabel = "JOURNAL",
      description =
          "A folder with genNNN.cq4 files, or a disk or disk image whose boot partition holds one.")
  private Path journal;

  @Mixin private VolumeOption volume;
  private boolean toldOthers;

  /** With what is wrong with a signed head among the findings. */
  Scan read() throws IOException {
    if (!Files.exists(journal)) {
      throw new ParameterException(command.commandLine(), journal + " is not there");
    }
    Scan scan = JournalSource.read(journal, volume.volume(command.commandLine()));
    if (scan.lastGeneration() < 0) {
      throw new ParameterException(
          command.commandLine(), journal + " holds no journal (no genNNN.cq4)");
    }
    if (!toldOthers) { // once, however often it is followed
      volume.tellOthers(journal, command.commandLine());
      toldOthers = true;
    }
    return scan.with(SignedHeads.of(scan).findings());
  }
}
