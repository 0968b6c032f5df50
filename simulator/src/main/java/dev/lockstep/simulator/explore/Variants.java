package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.journal.JournalReading;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The images that the cuts at one moment can leave, each domain's worked out once: of 512 subsets
 * most differ in one domain only.
 */
final class Variants {

  private static final int RECORD_SECTORS = 2;

  private final Parts parts;
  private final Moment moment;
  private final Map<Domain, BitSet> positions = new EnumMap<>(Domain.class);
  private final Map<BitSet, StateKey.OfRoot> roots = new HashMap<>();
  private final Map<BitSet, StateKey.OfBoot> boots = new HashMap<>();
  private final Map<BitSet, StateKey.OfJournal> journals = new HashMap<>();

  Variants(Parts parts, Moment moment) {
    this.parts = parts;
    this.moment = moment;
    List<PendingWrite> pending = moment.pending();
    for (Domain domain : Domain.values()) {
      positions.put(domain, new BitSet());
    }
    for (int at = 0; at < pending.size(); at++) {
      positions.get(pending.get(at).domain()).set(at);
    }
  }

  /** What is left if these of the pending writes arrive. */
  StateKey keeping(BitSet kept) {
    return new StateKey(
        roots.computeIfAbsent(
            in(Domain.ROOT, kept), bits -> parts.root(image(moment.durable().root(), bits))),
        boots.computeIfAbsent(
            in(Domain.BOOT, kept), bits -> parts.boot(image(moment.durable().boot(), bits))),
        journals.computeIfAbsent(in(Domain.JOURNAL, kept), this::journal),
        moment.durable().offDisk());
  }

  /** Which of the pending writes are the journal's. */
  int[] journalPositions() {
    return positions.get(Domain.JOURNAL).stream().toArray();
  }

  /**
   * Stands for all that can be left by a cut at this moment: equal ones give equal sets of images.
   * The record being appended counts by what it says, not by the digest of the one before it. Of
   * the boot partition the free sectors count too: a file whose data did not arrive shows them.
   */
  Fingerprint fingerprint() {
    Fingerprint all =
        keeping(new BitSet()).fingerprint().then(moment.durable().boot().fingerprint());
    int ofJournal = positions.get(Domain.JOURNAL).cardinality();
    boolean oneRecord = moment.inFlight().isDefined() && ofJournal == RECORD_SECTORS;
    for (PendingWrite write : moment.pending()) {
      if (!oneRecord || write.domain() != Domain.JOURNAL) {
        Fingerprint domain = Fingerprint.of(write.domain().name());
        all = all.then(domain).then(write.content().fingerprint().at(write.sector()));
      }
    }
    return oneRecord ? all.then(Fingerprint.of(moment.inFlight().get().toString())) : all;
  }

  private StateKey.OfJournal journal(BitSet bits) {
    DiskImage image = image(moment.durable().journal(), bits);
    JournalReading reading = moment.reading().extendedBy(image, parts.simulation().registry());
    return StateKey.OfJournal.of(image, reading);
  }

  private BitSet in(Domain domain, BitSet kept) {
    BitSet bits = (BitSet) kept.clone();
    bits.and(positions.get(domain));
    return bits;
  }

  private DiskImage image(DiskImage durable, BitSet bits) {
    return durable.with(moment.kept(bits));
  }
}
