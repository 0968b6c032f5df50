package dev.lockstep.simulator.mutant;

import dev.lockstep.simulator.explore.Scenario;
import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.Ports;
import dev.lockstep.statemachine.machine.Decision;
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
    return List.of(
        entryRetiredFirst(),
        entryOverwritten(),
        newEntryUnsynced(),
        newEntryAtOnce(),
        oldEntryKnownByName());
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

  /** Found where a loader counts tries, and had none left for the old one: {@code EntryWriting}. */
  private static Mutant newEntryAtOnce() {
    return Mutant.doing(
            "new-entry-at-once",
            "half of the new entry may be one to a loader that prefers it",
            ports ->
                new Effects(ports) {
                  @Override
                  protected Either<Refusal, Outcome> writeEntry(
                      Job job, UUID luksUuid, String oldEntry, String newEntry) throws IOException {
                    ScratchBootPartition scratch = new ScratchBootPartition(ports.boot());
                    Either<Refusal, Outcome> meant =
                        scratch.entry(ports, job, luksUuid, oldEntry, newEntry);
                    String path = FOLDER + newEntry;
                    ports.boot().write(path, scratch.read(path).get());
                    ports.boot().sync(path);
                    return meant;
                  }
                })
        .shownIn(Scenario.NEW_ENTRY_FIRST);
  }

  private static Mutant oldEntryKnownByName() {
    return Mutant.deciding(
            "old-entry-known-by-name",
            "the old entry is retired under the name that it had before the loader counted a try",
            machine ->
                new ChangedDecision(
                    machine,
                    (decided, phase, _) ->
                        decided
                                    instanceof
                                    Decision.Perform<Intent, Outcome>(
                                        Intent.RetireEntry(String _, String fresh),
                                        String because)
                                && phase instanceof Phase.EntryWritten written
                            ? new Decision.Perform<>(
                                new Intent.RetireEntry(written.oldEntry(), fresh), because)
                            : decided))
        .shownIn(Scenario.COUNTED_ENTRY);
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
