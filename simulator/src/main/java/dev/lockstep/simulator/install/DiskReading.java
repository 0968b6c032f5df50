package dev.lockstep.simulator.install;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallPhase;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.partition.Gpt;
import dev.lockstep.statemachine.partition.GptCodec;
import io.vavr.collection.Set;
import io.vavr.collection.Stream;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What firmware, loader and an auditor make of the disk's bytes. */
record DiskReading(DiskImage disk) {

  /** The step that it is taken along with is its last record. */
  static final String WHOLE_COPY = "EspMade MakeBoot ";

  private static final int SIZE = Request.DISK_SECTORS;
  private static final int MIB_SECTORS = 2048;
  private static final int BACKUP =
      Blueprint.sectors(GptCodec.backupOffsetBytes(Sector.BYTES, SIZE));

  /**
   * Whose partitions are on the disk. Firmware takes the backup where the primary is damaged, if
   * the first sector says at all that the disk has such a table.
   */
  Option<Blueprint> table() {
    if (disk.sector(0).equals(Sector.BLANK)) {
      return Option.none();
    }
    return GptCodec.parsePrimary(bytes(0, GptCodec.primaryBytes(Sector.BYTES)), Sector.BYTES, SIZE)
        .orElse(
            GptCodec.parseBackup(
                bytes(BACKUP, GptCodec.backupBytes(Sector.BYTES)), Sector.BYTES, SIZE))
        .toOption()
        .flatMap(DiskReading::drawnAs);
  }

  private static Option<Blueprint> drawnAs(Gpt table) {
    int number = (int) table.diskId().getLeastSignificantBits();
    return Stream.of(Request.values())
        .map(request -> new Blueprint(request, number))
        .find(system -> system.table().equals(table));
  }

  private byte[] bytes(int first, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    for (int at = 0; at < lengthBytes; at += Sector.BYTES) {
      disk.sector(first + at / Sector.BYTES).copyTo(bytes, at, Sector.BYTES);
    }
    return bytes;
  }

  /**
   * Whose system starts when the disk is switched on: firmware finds the loader on the ESP, that
   * finds an entry on the boot partition, and loads what the entry names unseen.
   */
  Option<Blueprint> started() {
    return table()
        .filter(table -> isThere(table, Piece.ESP_HEAD) && isThere(table, Piece.LOADER))
        .flatMap(this::entry);
  }

  private Option<Blueprint> entry(Blueprint table) {
    return Stream.of(Request.values())
        .map(request -> new Blueprint(request, table.number()))
        .find(any -> isThere(any, Piece.BOOT_HEAD) && isThere(any, Piece.ENTRY))
        .flatMap(any -> stamp(any, Piece.ENTRY))
        .map(Stamp::system);
  }

  private boolean isThere(Blueprint places, Piece piece) {
    return stamp(places, piece).exists(stamp -> stamp.piece() == piece);
  }

  private Option<Stamp> stamp(Blueprint places, Piece piece) {
    return Stamp.of(disk.sector(places.place(piece)));
  }

  /**
   * Which part of this system is not there as it was made; the journal's copy may be any whole one.
   */
  Option<Piece> firstMissing(Blueprint system) {
    String journal = journalCopy(system);
    return Stream.of(Piece.values())
        .filter(piece -> piece != Piece.OLD_SIGNATURE)
        .find(piece -> !disk.sector(system.place(piece)).equals(system.sector(piece, journal)));
  }

  /** Of the two halves of the journal's copy the first, if it tells what it should. */
  private String journalCopy(Blueprint system) {
    return stamp(system, Piece.JOURNAL)
        .map(Stamp::words)
        .filter(words -> words.startsWith(WHOLE_COPY))
        .getOrElse(WHOLE_COPY);
  }

  /**
   * What the journal's copy will tell. It grows with every cut; so as to have an end of states, a
   * number that is in neither half by now stands for how long it is.
   */
  String nextCopy(Blueprint system, State<InstallPhase, InstallIntent> state) {
    Set<String> known =
        Stream.of(Piece.JOURNAL, Piece.JOURNAL_REST)
            .flatMap(piece -> stamp(system, piece))
            .map(Stamp::words)
            .toSet();
    String told = told(state.phase()) + state.open().map(DiskReading::told).getOrElse("");
    return Stream.from(1).map(number -> told + number).find(copy -> !known.contains(copy)).get();
  }

  private static String told(Object step) {
    return step.getClass().getSimpleName() + " ";
  }

  /** Where the disk is not, byte for byte, as planned; but for what lies in the reserve's midst. */
  Option<Integer> firstUnplanned(Blueprint system) {
    DiskImage wanted = system.disk(journalCopy(system));
    int reserve = Blueprint.sectors(system.request().rootFilesystem().endBytes());
    int end = Blueprint.sectors(system.request().layout().root().endBytes()) - MIB_SECTORS;
    for (int sector = 0; sector < SIZE; sector++) {
      boolean inTheMidst = sector >= reserve && sector < end;
      if (!inTheMidst && !disk.sector(sector).equals(wanted.sector(sector))) {
        return Option.some(sector);
      }
    }
    return Option.none();
  }

  /** Whether anything of any system of this number is left. */
  boolean knows(int number) {
    Sector[] tables =
        Arrays.stream(Request.values())
            .map(request -> new Blueprint(request, number).disk(""))
            .flatMap(
                whole -> Arrays.stream(new int[] {1, 2, BACKUP, SIZE - 1}).mapToObj(whole::sector))
            .toArray(Sector[]::new);
    for (int sector = 0; sector < disk.length(); sector++) {
      Sector content = disk.sector(sector);
      if (!content.equals(Sector.BLANK)
          && (Stamp.of(content).exists(stamp -> stamp.system().number() == number)
              || Arrays.asList(tables).contains(content))) {
        return true;
      }
    }
    return false;
  }

  /**
   * The worst of all disks that a run treats alike: each sector that it will write whatever is
   * there now holds something else. Once no other system's table is whole, nobody looks at what
   * lies behind a missing head; and before the wipe is done, at nothing at all. What a run leaves
   * of a better disk it may leave of this one, too: the same writes are among those on their way.
   */
  DiskImage worst(InstallPhase phase) {
    Option<Blueprint> present = InstallImage.plan(phase).map(Blueprint::of);
    if (present.isEmpty() || !table().forAll(present::contains)) {
      return disk;
    }
    List<PendingWrite> worse = new ArrayList<>();
    for (Request request : Request.values()) {
      Blueprint former = new Blueprint(request, Blueprint.OLD.number());
      for (Piece piece : Piece.values()) {
        int place = former.place(piece);
        Sector content = worst(place, piece, former, present.get(), phase);
        worse.add(new PendingWrite(Domain.ROOT, place, content));
      }
    }
    return disk.with(worse);
  }

  private Sector worst(
      int place, Piece piece, Blueprint former, Blueprint present, InstallPhase phase) {
    Sector content = disk.sector(place);
    if (piece.isHead()) {
      boolean another = Stamp.of(content).exists(stamp -> !stamp.system().equals(present));
      return phase instanceof InstallPhase.Planned
          ? former.sector(piece, "")
          : another ? Stamp.REMAINS : content;
    }
    Piece head = present.headBefore(place);
    return isThere(present, head) && stamp(present, head).get().system().equals(present)
        ? content
        : Stamp.REMAINS;
  }
}
