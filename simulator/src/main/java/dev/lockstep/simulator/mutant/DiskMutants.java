package dev.lockstep.simulator.mutant;

import dev.lockstep.simulator.journal.ModelJournal;
import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Placement;
import dev.lockstep.statemachine.firstboot.Ports;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.EventStore;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;

/** Mistakes with what is durable, and when. */
final class DiskMutants {

  private DiskMutants() {}

  static List<Mutant> all() {
    return List.of(
        headCopyUnflushed(),
        placedHeaderUnflushed(),
        journalUnflushed(),
        unsynced(
            "sealed-key-unsynced", "the sealed key's file is not synced", PreparedFile.SEALED_KEY),
        unsynced(
            "initialised-header-unsynced",
            "the header is placed without its file being synced",
            PreparedFile.INITIALISED_HEADER),
        repairSkipped(),
        hotZoneUnstaged(),
        movedSegmentLeft());
  }

  /** Neither where it is staged nor where libcryptsetup copies it once more. */
  private static Mutant headCopyUnflushed() {
    return Mutant.wired(
        "head-copy-unflushed",
        "the flush between the head's copy and the header is left out",
        ports -> {
          DeafWhile deaf = new DeafWhile(ports);
          return new Mutant.Wiring(
              deaf.ports,
              new Effects(deaf.ports) {
                @Override
                protected Either<Refusal, Outcome> stageHead(Job job) throws IOException {
                  deaf.now = true;
                  return super.stageHead(job);
                }

                @Override
                protected Either<Refusal, Outcome> placeHeader(Job job, Placement placement)
                    throws IOException {
                  deaf.now = false;
                  return super.placeHeader(job, placement);
                }
              });
        });
  }

  private static Mutant placedHeaderUnflushed() {
    return Mutant.wired(
        "placed-header-unflushed",
        "the flush after the header was placed is left out",
        ports -> {
          DeafWhile deaf = new DeafWhile(ports);
          return new Mutant.Wiring(
              deaf.ports,
              new Effects(deaf.ports) {
                @Override
                protected Either<Refusal, Outcome> placeHeader(Job job, Placement placement)
                    throws IOException {
                  deaf.now = true;
                  return super.placeHeader(job, placement);
                }

                @Override
                protected Either<Refusal, Outcome> convert(Job job, byte[] sealedKey)
                    throws IOException, KeyRefused {
                  deaf.now = false;
                  return super.convert(job, sealedKey);
                }
              });
        });
  }

  /** Ports with a volume that can be told not to flush. */
  static final class DeafWhile {
    final Ports ports;
    boolean now;

    DeafWhile(Ports ports) {
      this.ports =
          PortsWith.volume(ports, bytes -> new DeafVolume(ports.volume().apply(bytes), () -> now));
    }
  }

  private static Mutant journalUnflushed() {
    return Mutant.wired(
        "journal-unflushed",
        "an append returns before its record is on the medium",
        ports -> {
          if (!(ports.journal() instanceof ModelJournal journal)) {
            throw new IllegalArgumentException("this mutant is for the modelled journal");
          }
          Ports changed = PortsWith.journal(ports, new Hasty(journal));
          return new Mutant.Wiring(changed, new Effects(changed));
        });
  }

  /** A journal that does not wait for the disk. */
  private record Hasty(ModelJournal journal) implements EventStore<Event<Intent, Outcome>> {
    @Override
    public List<Event<Intent, Outcome>> past() throws IOException {
      return journal.past();
    }

    @Override
    public void append(Event<Intent, Outcome> event) throws IOException {
      journal.appendUnflushed(event);
    }

    @Override
    public Digest head() {
      return journal.head();
    }
  }

  private static Mutant unsynced(String name, String mistake, PreparedFile file) {
    return Mutant.wired(
        name,
        mistake,
        ports -> {
          Ports changed =
              PortsWith.boot(ports, new DeafBootPartition(ports.boot(), file.path()::equals));
          return new Mutant.Wiring(changed, new Effects(changed));
        });
  }

  private static Mutant repairSkipped() {
    return Mutant.wired(
        "repair-skipped",
        "an interrupted conversion is resumed without being repaired first",
        ports -> {
          Ports changed = PortsWith.luks(ports, new Unrepaired(ports.luks()));
          return new Mutant.Wiring(changed, new Effects(changed));
        });
  }

  /** Never repairs. */
  private static final class Unrepaired extends ForwardedLuks {
    Unrepaired(Luks luks) {
      super(luks);
    }

    @Override
    public void repair() {}
  }

  private static Mutant hotZoneUnstaged() {
    return Mutant.wired(
        "hot-zone-unstaged",
        "libcryptsetup repairs by itself, with no flush between the data and the header",
        ports -> {
          Ports changed = PortsWith.luks(ports, new Unstaged(ports.luks()));
          return new Mutant.Wiring(changed, new Effects(changed));
        });
  }

  /** Leaves it all to libcryptsetup. */
  private static final class Unstaged extends ForwardedLuks {
    Unstaged(Luks luks) {
      super(luks);
    }

    @Override
    public void stageHotZone() {}
  }

  private static Mutant movedSegmentLeft() {
    return Mutant.doing(
        "moved-segment-left",
        "the head's copy is left in the clear where the conversion was finalised by us",
        ports ->
            new Effects(ports) {
              @Override
              protected Option<Refusal> wipeTail(Job job, Option<Digest> stagedHead) {
                return Option.none();
              }
            });
  }
}
