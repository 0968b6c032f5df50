package dev.lockstep.simulator.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.journal.image.ImageJournal;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The journal: copied off the disk, whole, and vouched for by the volume's header. */
final class JournalChecks {

  private JournalChecks() {}

  /** Leaves a copy in the folder and gives what is in it. */
  static Scan run(Check.Log log, FinishedDisk disk, DemoFolder folder)
      throws IOException, DemoFailed {
    Scan[] scan = new Scan[1];
    log.prove(
        "The journal is one unbroken chain",
        () -> {
          copy(disk, folder);
          scan[0] = JournalReader.read(folder.journal());
          dev.lockstep.journal.verify.Verification verification =
              new dev.lockstep.journal.verify.Verification(scan[0]);
          if (verification.exitCode() != 0) {
            throw new DemoFailed(1, verification.sentences().getFirst());
          }
          Scan inImage = ImageJournal.read(folder.disk());
          Check.require(
              inImage.head().equals(scan[0].head()),
              "The journal's copy ends otherwise than the one in the disk image.");
          return verification.sentences().getFirst();
        });
    log.prove("The volume's header vouches for the journal", () -> anchor(disk, scan[0]));
    return scan[0];
  }

  private static void copy(FinishedDisk disk, DemoFolder folder) throws IOException, DemoFailed {
    Files.createDirectories(folder.journal());
    disk.withBootPartition(
        folder.mountedBoot(),
        boot -> {
          Path journal = boot.resolve(ImageJournal.FOLDER.substring(1));
          try (Stream<Path> files = Files.list(journal)) {
            for (Path file : files.toList()) {
              String name = file.getFileName().toString();
              if (GenerationLayout.generationOf(name).isPresent()) {
                Files.copy(file, folder.journal().resolve(name));
              }
            }
          }
          return true;
        });
  }

  private static String anchor(FinishedDisk disk, Scan scan) throws IOException, DemoFailed {
    for (JsonNode token : disk.header().json().path("tokens")) {
      String head = token.path("head").asText("");
      if (!head.isEmpty()) {
        for (LocatedRecord record : scan.located()) {
          if (record.hash().toString().equals(head)) {
            return "its token names record %d (%s)"
                .formatted(record.sequence(), record.hash().abbreviated());
          }
        }
        throw new DemoFailed(1, "The volume's header names a record that the journal has not.");
      }
    }
    throw new DemoFailed(1, "No token of the volume's header names a record of the journal.");
  }
}
