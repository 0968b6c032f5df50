package dev.lockstep.simulator.mutant;

import dev.lockstep.simulator.fault.Mishap.Kind;
import dev.lockstep.simulator.journal.ModelJournal;
import dev.lockstep.statemachine.firstboot.Case;
import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Observation;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Ports;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.EventStore;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Volume;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;

/** Mistakes that only a mishap shows: with the disk's errors, and with what people do. */
final class MishapMutants {

  private static final String FOLDER = "loader/entries/";

  private MishapMutants() {}

  static List<Mutant> all() {
    return List.of(
        syncRetried(),
        entryErrorIgnored(),
        removalErrorIgnored(),
        roomMadeByRetiring(),
        journalDamageIgnored(),
        strayCopyIgnored(),
        unexplainedHeadOverwritten(),
        untoldPlacingStaged(),
        grownTailWiped(),
        superblockTrusted());
  }

  /** As programs do that take the second fsync's word for it. */
  private static Mutant syncRetried() {
    return Mutant.wired(
            "sync-retried",
            "a sync of the boot partition that failed is tried again",
            ports -> {
              Ports changed =
                  PortsWith.boot(
                      ports,
                      new DeafBootPartition(ports.boot(), path -> isSyncedAtLast(ports, path)));
              return new Mutant.Wiring(changed, new Effects(changed));
            })
        .shownBy(Kind.FAILED_FLUSH);
  }

  /** The first try is made here; only where it failed the second is left to whoever asked. */
  private static boolean isSyncedAtLast(Ports ports, String path) {
    try {
      ports.boot().sync(path);
      return true;
    } catch (UncheckedIOException | IOException failed) {
      return false;
    }
  }

  private static Mutant entryErrorIgnored() {
    return Mutant.doing(
            "entry-error-ignored",
            "an error while the new entry is written is ignored, and nothing is read back",
            ports ->
                new Effects(ports) {
                  @Override
                  protected Either<Refusal, Outcome> writeEntry(
                      Job job, UUID luksUuid, String oldEntry, String newEntry) throws IOException {
                    Either<Refusal, Outcome> meant =
                        new ScratchBootPartition(ports.boot())
                            .entry(ports, job, luksUuid, oldEntry, newEntry);
                    try {
                      super.writeEntry(job, luksUuid, oldEntry, newEntry);
                    } catch (UncheckedIOException ignored) {
                      return meant;
                    }
                    return meant;
                  }
                })
        .shownBy(Kind.WRITE_ERROR);
  }

  private static Mutant removalErrorIgnored() {
    return Mutant.doing(
            "removal-error-ignored",
            "a prepared file that can't be read counts as removed",
            ports ->
                new Effects(ports) {
                  @Override
                  protected Either<Refusal, Outcome> removeLeftovers() throws IOException {
                    for (PreparedFile file : PreparedFile.values()) {
                      try {
                        ports.boot().erase(file.path());
                      } catch (UncheckedIOException unreadable) {
                        // so it is not there: that is the mistake
                      }
                    }
                    return Either.right(new Outcome.LeftoversRemoved());
                  }
                })
        .shownBy(Kind.READ_ERROR);
  }

  private static Mutant roomMadeByRetiring() {
    return Mutant.doing(
            "room-made-by-retiring",
            "where there is no room for the new entry, the old one is removed to make some",
            ports ->
                new Effects(ports) {
                  @Override
                  protected Either<Refusal, Outcome> writeEntry(
                      Job job, UUID luksUuid, String oldEntry, String newEntry) throws IOException {
                    Either<Refusal, Outcome> meant =
                        new ScratchBootPartition(ports.boot())
                            .entry(ports, job, luksUuid, oldEntry, newEntry);
                    try {
                      return super.writeEntry(job, luksUuid, oldEntry, newEntry);
                    } catch (IOException full) {
                      ports.boot().delete(FOLDER + oldEntry);
                      return meant;
                    }
                  }
                })
        .shownBy(Kind.NO_ROOM);
  }

  private static Mutant journalDamageIgnored() {
    return Mutant.wired(
            "journal-damage-ignored",
            "of a damaged journal the records before the damage are gone on from",
            ports -> {
              if (!(ports.journal() instanceof ModelJournal journal)) {
                throw new IllegalArgumentException("this mutant is for the modelled journal");
              }
              Ports changed = PortsWith.journal(ports, new Undaunted(journal));
              return new Mutant.Wiring(changed, new Effects(changed));
            })
        .shownBy(Kind.BIT_ROT);
  }

  /** A journal that refuses nothing. */
  private record Undaunted(ModelJournal journal) implements EventStore<Event<Intent, Outcome>> {
    @Override
    public List<Event<Intent, Outcome>> past() {
      return journal.readable();
    }

    @Override
    public void append(Event<Intent, Outcome> event) throws IOException {
      journal.append(event);
    }

    @Override
    public Digest head() {
      return journal.head();
    }
  }

  private static Mutant strayCopyIgnored() {
    return Mutant.deciding(
            "stray-copy-ignored",
            "a copy of the head that no journal explains is not looked for",
            machine ->
                new ObservedOtherwise(machine, seen -> with(seen, seen.headIsExplained(), false)))
        .shownBy(Kind.JOURNAL_LOST);
  }

  private static Mutant unexplainedHeadOverwritten() {
    return Mutant.deciding(
            "unexplained-head-overwritten",
            "a header is placed again whatever the head has become meanwhile",
            machine ->
                new ObservedOtherwise(machine, seen -> with(seen, true, seen.strayHeadCopy())))
        .shownBy(Kind.PLAIN_SYSTEM_BOOTED);
  }

  private static Mutant untoldPlacingStaged() {
    return Mutant.deciding(
            "untold-placing-staged",
            "a head that no record says is being placed is staged anew, torn as it is",
            machine ->
                new ChangedDecision(
                    machine,
                    (decided, _, _) ->
                        DecisionMutants.because(decided, Case.PLACING_UNTOLD)
                            ? new Decision.Perform<>(
                                new Intent.StageHead(), Case.HEAD_CHANGED.name())
                            : decided))
        .shownBy(Kind.BIT_ROT);
  }

  private static Observation with(
      Observation seen, boolean headIsExplained, boolean strayHeadCopy) {
    return new Observation(
        seen.policy(),
        seen.facts(),
        seen.volume(),
        seen.head(),
        seen.tail(),
        headIsExplained,
        seen.sealedKey(),
        seen.preparedHeader(),
        seen.initialisedHeader(),
        seen.recoveryKeyInMemory(),
        seen.keysAreLost(),
        seen.discovery(),
        strayHeadCopy,
        seen.tpm(),
        seen.entries(),
        seen.freshUuid());
  }

  private static Mutant grownTailWiped() {
    return Mutant.doing(
            "grown-tail-wiped",
            "the head's copy is wiped without a look at where the filesystem ends by now",
            ports ->
                new Effects(ports) {
                  @Override
                  protected Option<Refusal> wipeTail(Job job, Option<Digest> stagedHead)
                      throws IOException {
                    return wipeUnseen(ports, job);
                  }
                })
        .shownBy(Kind.GROWN_BY_HAND);
  }

  /** As this project did at first. */
  private static Mutant superblockTrusted() {
    return Mutant.doing(
            "superblock-trusted",
            "the head's copy is wiped where the superblock ends before it, in whatever state it is",
            ports ->
                new Effects(ports) {
                  @Override
                  protected Option<Refusal> wipeTail(Job job, Option<Digest> stagedHead)
                      throws IOException, KeyRefused {
                    ports.keys().recall(anySealedKey());
                    return ports.luks().filesystemEndBytes() + job.shiftBytes()
                            > job.tailOffsetBytes()
                        ? super.wipeTail(job, stagedHead)
                        : wipeUnseen(ports, job);
                  }
                })
        .shownBy(Kind.CUT_WHILE_GROWN);
  }

  private static Option<Refusal> wipeUnseen(Ports ports, Job job) throws IOException {
    Volume volume = ports.volume().apply(job.windowBytes());
    volume.write(job.tailOffsetBytes(), new byte[Math.toIntExact(job.shiftBytes())]);
    volume.flush();
    return Option.none();
  }
}
