package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.esp.ModelBootPartition;
import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.simulator.luks.Content;
import dev.lockstep.simulator.luks.LuksHeader;
import dev.lockstep.simulator.tpm.Names;
import dev.lockstep.simulator.tpm.OffDisk;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.List;

/**
 * When two images count as one: when no later run can tell them apart. That is what makes the
 * number of states finite, though journals and sequence ids grow with every cut.
 *
 * <ul>
 *   <li>The journal counts by its fold, without the number of boots (its limit is out of reach).
 *   <li>The LUKS2 header counts without absolute sequence ids and without what its anchor says.
 *   <li>A prepared file whose digest the journal does not hold is only ever written over: that it
 *       is there counts, not what is in it.
 *   <li>The boot partition counts by its files: which sectors they have does not matter.
 *   <li>Of the operator's recovery keys those of the headers in play count.
 * </ul>
 */
record StateKey(OfRoot root, OfBoot boot, OfJournal journal, OffDisk offDisk) {

  private static final int HEADER_SECTORS = 4;
  private static final Fingerprint HELD = Fingerprint.of(1);
  private static final Fingerprint NOT_HELD = Fingerprint.of(0);

  /** The root partition's part; the sequence ids of its header count by their order alone. */
  record OfRoot(DiskImage image, Fingerprint key, Option<Integer> header) {

    static OfRoot of(Simulation simulation, DiskImage image) {
      RootFacts facts = RootFacts.of(simulation.scenario().layout(), image, Content.AS_INSTALLED);
      return new OfRoot(
          image,
          facts.headerFingerprint().then(image.fingerprintFrom(HEADER_SECTORS)),
          facts.header().map(LuksHeader::number));
    }
  }

  /** The boot partition's part. */
  record OfBoot(DiskImage image, Fingerprint plainFiles, List<Prepared> prepared) {

    record Prepared(PreparedFile file, Digest digest) {}

    static OfBoot of(Simulation simulation, DiskImage image) {
      Fingerprint plainFiles = Fingerprint.NOTHING;
      List<Prepared> prepared = new ArrayList<>();
      for (var file : ModelBootPartition.files(image).entrySet()) {
        Option<PreparedFile> kind = kind(file.getKey());
        if (kind.isDefined()) {
          Digest digest = simulation.registry().digest(file.getValue());
          prepared.add(new Prepared(kind.get(), digest));
        } else {
          plainFiles =
              plainFiles.then(Fingerprint.of(file.getKey())).then(Fingerprint.of(file.getValue()));
        }
      }
      return new OfBoot(image, plainFiles, prepared);
    }

    private static Option<PreparedFile> kind(String path) {
      for (PreparedFile file : PreparedFile.values()) {
        if (file.path().equals(path)) {
          return Option.some(file);
        }
      }
      return Option.none();
    }

    Fingerprint key(Vouched vouched) {
      Fingerprint key = plainFiles;
      for (Prepared file : prepared) {
        boolean good = file.digest().equals(vouched.files().get(file.file()));
        key = key.then(Fingerprint.of(file.file().path())).then(Fingerprint.of(good ? 1 : 2));
      }
      return key;
    }
  }

  /** The journal's part. */
  record OfJournal(DiskImage image, JournalReading reading, Fingerprint key, Vouched vouched) {

    static OfJournal of(DiskImage image, JournalReading reading) {
      return new OfJournal(
          image, reading, reading.fingerprint(), Vouched.by(reading.state().phase()));
    }
  }

  Image image() {
    return new Image(root.image(), boot.image(), journal.image(), offDisk);
  }

  Fingerprint fingerprint() {
    return ofFiles(boot, journal, offDisk).then(ofRoot(root, offDisk));
  }

  /** The part of the fingerprint that the root partition has no say in. */
  static Fingerprint ofFiles(OfBoot boot, OfJournal journal, OffDisk offDisk) {
    return journal
        .key()
        .then(boot.key(journal.vouched()))
        .then(Fingerprint.of(8L * offDisk.failedTries() + done(offDisk.content())))
        .then(held(offDisk, journal.vouched().header().map(Names::number)));
  }

  /** The other part. */
  static Fingerprint ofRoot(OfRoot root, OffDisk offDisk) {
    return root.key().then(held(offDisk, root.header()));
  }

  private static int done(Content content) {
    int growth =
        switch (content.growth()) {
          case NONE -> 0;
          case IN_SUPERBLOCK -> 2;
          case IN_LOG -> 4;
        };
    return (content.edited() ? 1 : 0) + growth;
  }

  private static Fingerprint held(OffDisk offDisk, Option<Integer> header) {
    return header.exists(offDisk::holdsRecoveryKey) ? HELD : NOT_HELD;
  }
}
