package dev.lockstep.simulator.mutant;

import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Ports;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Either;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** Mistakes with the boot entries. */
final class EntryMutants {

  private static final String FOLDER = "loader/entries/";

  private EntryMutants() {}

  static List<Mutant> all() {
    return List.of(entryRetiredFirst(), entryOverwritten(), newEntryUnsynced());
  }

  private static Mutant entryRetiredFirst() {
    return Mutant.wired(
        "entry-retired-first",
        "the old entry is retired before the new one is synced",
        ports -> {
          Ports changed =
              PortsWith.boot(
                  ports, new DeafBootPartition(ports.boot(), path -> path.startsWith(FOLDER)));
          return new Mutant.Wiring(
              changed,
              new Effects(changed) {
                @Override
                protected Either<Refusal, Outcome> writeEntry(
                    Job job, UUID luksUuid, String oldEntry, String newEntry) throws IOException {
                  Either<Refusal, Outcome> written =
                      super.writeEntry(job, luksUuid, oldEntry, newEntry);
                  ports.boot().delete(FOLDER + oldEntry);
                  return written;
                }
              });
        });
  }

  /** As an editor saves a file: the same name, truncated first. */
  private static Mutant entryOverwritten() {
    return Mutant.doing(
        "entry-overwritten",
        "the old entry is overwritten in place",
        ports ->
            new Effects(ports) {
              @Override
              protected Either<Refusal, Outcome> writeEntry(
                  Job job, UUID luksUuid, String oldEntry, String newEntry) throws IOException {
                return super.writeEntry(job, luksUuid, oldEntry, oldEntry);
              }
            });
  }

  private static Mutant newEntryUnsynced() {
    return Mutant.wired(
        "new-entry-unsynced",
        "the new entry is recorded as written without being synced",
        ports -> {
          Ports changed =
              PortsWith.boot(
                  ports, new DeafBootPartition(ports.boot(), path -> path.startsWith(FOLDER)));
          return new Mutant.Wiring(changed, new Effects(changed));
        });
  }
}
