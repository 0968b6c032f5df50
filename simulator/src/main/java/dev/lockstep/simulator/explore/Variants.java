package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.fault.CrashSubsets;
import dev.lockstep.simulator.journal.JournalReading;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The images that the cuts at one moment can leave, each domain's worked out once: of 512 subsets
 * most differ in one domain only.
 */
final class Variants {

  /** Gets each image's fingerprint, and how to come by the image. */
  interface Sink {
    void accept(Fingerprint fingerprint, BitSet kept);
  }

  private final Parts parts;
  private final Moment moment;
  private final Map<Domain, BitSet> positions = new EnumMap<>(Domain.class);
  private final List<BitSet> groups;
  private Fingerprint fingerprint;
  private final Map<BitSet, StateKey.OfRoot> roots = new HashMap<>();
  private final Map<BitSet, StateKey.OfBoot> boots = new HashMap<>();
  private final Map<BitSet, StateKey.OfJournal> journals = new HashMap<>();

  /** The journal without what is on its way: a torn record leaves it at that. */
  private final StateKey.OfJournal unread;

  Variants(Parts parts, Moment moment) {
    this.unread = StateKey.OfJournal.of(moment.durable().journal(), moment.reading());
    this.parts = parts;
    this.moment = moment;
    List<PendingWrite> pending = moment.pending();
    for (Domain domain : Domain.values()) {
      positions.put(domain, new BitSet());
    }
    for (int at = 0; at < pending.size(); at++) {
      positions.get(pending.get(at).domain()).set(at);
    }
    this.groups = groups(pending.size());
  }

  /** What is left if these of the pending writes arrive. */
  StateKey keeping(BitSet kept) {
    return new StateKey(
        root(in(Domain.ROOT, kept)),
        boot(in(Domain.BOOT, kept)),
        journal(in(Domain.JOURNAL, kept)),
        moment.durable().offDisk());
  }

  /**
   * Every subset of the pending writes; behind the limit the likely ones.
   *
   * @return how many were left out
   */
  double each(CrashSubsets subsets, Sink sink) {
    List<BitSet> all = groups;
    if (!subsets.isExhaustive(all.size())) {
      return subsets.of(
          all.size(),
          chosen -> {
            BitSet kept = joined(all, chosen);
            sink.accept(keeping(kept).fingerprint(), kept);
          });
    }
    Map<BitSet, Fingerprint> rootParts = new LinkedHashMap<>();
    for (BitSet bits : subsetsOf(Domain.ROOT)) {
      rootParts.put(bits, StateKey.ofRoot(root(bits), moment.durable().offDisk()));
    }
    for (BitSet ofJournal : subsetsOf(Domain.JOURNAL)) {
      StateKey.OfJournal journal = journal(ofJournal);
      for (BitSet ofBoot : subsetsOf(Domain.BOOT)) {
        Fingerprint files = StateKey.ofFiles(boot(ofBoot), journal, moment.durable().offDisk());
        rootParts.forEach(
            (ofRoot, rootPart) -> {
              BitSet kept = (BitSet) ofRoot.clone();
              kept.or(ofBoot);
              kept.or(ofJournal);
              sink.accept(files.then(rootPart), kept);
            });
      }
    }
    return 0;
  }

  private List<BitSet> subsetsOf(Domain domain) {
    List<BitSet> groups = groupsOf(domain);
    List<BitSet> all = new ArrayList<>(1 << groups.size());
    for (long chosen = 0; chosen < 1L << groups.size(); chosen++) {
      all.add(joined(groups, BitSet.valueOf(new long[] {chosen})));
    }
    return all;
  }

  private List<BitSet> groupsOf(Domain domain) {
    BitSet ofDomain = positions.get(domain);
    List<BitSet> some = new ArrayList<>(groups.size());
    for (BitSet group : groups) {
      if (group.intersects(ofDomain)) {
        some.add(group);
      }
    }
    return some;
  }

  private static BitSet joined(List<BitSet> groups, BitSet chosen) {
    BitSet bits = new BitSet();
    for (int at = chosen.nextSetBit(0); at >= 0; at = chosen.nextSetBit(at + 1)) {
      bits.or(groups.get(at));
    }
    return bits;
  }

  /**
   * What arrives whole or not at all, in the order it was written: single writes, or, on a disk
   * with large sectors, neighbours that lie in one of them and were written one after the other.
   */
  private List<BitSet> groups(int pending) {
    List<BitSet> groups = new ArrayList<>();
    BitSet group = new BitSet();
    for (int at = 0; at < pending; at++) {
      if (!group.isEmpty() && !together(group, at)) {
        groups.add(group);
        group = new BitSet();
      }
      group.set(at);
    }
    if (!group.isEmpty()) {
      groups.add(group);
    }
    return groups;
  }

  private boolean together(BitSet group, int position) {
    PendingWrite last = moment.pending().get(group.length() - 1);
    PendingWrite next = moment.pending().get(position);
    return next.domain() == last.domain()
        && next.sector() > last.sector()
        && next.sector() / parts.sectorsAtOnce() == last.sector() / parts.sectorsAtOnce();
  }

  /** What the next boot can find in the journal, each once, with writes that lead to it. */
  void eachReading(CrashSubsets subsets, BiConsumer<JournalReading, BitSet> sink) {
    List<BitSet> groups = groupsOf(Domain.JOURNAL);
    Set<JournalReading> told = Collections.newSetFromMap(new IdentityHashMap<>());
    subsets.of(
        groups.size(),
        chosen -> {
          BitSet kept = joined(groups, chosen);
          JournalReading reading = journal(kept).reading();
          if (told.add(reading)) { // a torn record leaves the reading as it was
            sink.accept(reading, kept);
          }
        });
  }

  /**
   * Stands for all that can be left by a cut at this moment: equal ones give equal sets of images.
   * The record being appended counts by what it says, not by the digest of the one before it. Of
   * the boot partition the free sectors count too: a file whose data did not arrive shows them.
   */
  Fingerprint fingerprint() {
    if (fingerprint == null) {
      fingerprint = madeFingerprint();
    }
    return fingerprint;
  }

  private Fingerprint madeFingerprint() {
    Fingerprint all =
        keeping(new BitSet()).fingerprint().then(moment.durable().boot().fingerprint());
    int ofJournal = positions.get(Domain.JOURNAL).cardinality();
    boolean oneRecord = moment.appending().exists(record -> record.sectors() == ofJournal);
    for (PendingWrite write : moment.pending()) {
      if (!oneRecord || write.domain() != Domain.JOURNAL) {
        all = all.then(Fingerprint.of(write.domain().name()));
        all = all.then(write.content().fingerprint().at(write.sector()));
      }
    }
    return oneRecord ? all.then(moment.appending().get().fingerprint()) : all;
  }

  private StateKey.OfRoot root(BitSet bits) {
    return roots.computeIfAbsent(bits, kept -> parts.root(image(moment.durable().root(), kept)));
  }

  private StateKey.OfBoot boot(BitSet bits) {
    return boots.computeIfAbsent(bits, kept -> parts.boot(image(moment.durable().boot(), kept)));
  }

  private StateKey.OfJournal journal(BitSet bits) {
    return journals.computeIfAbsent(
        bits,
        kept -> {
          DiskImage image = image(moment.durable().journal(), kept);
          JournalReading reading = moment.reading().extendedBy(image);
          return reading.head().equals(moment.reading().head())
              ? new StateKey.OfJournal(image, reading, unread.key(), unread.vouched())
              : StateKey.OfJournal.of(image, reading);
        });
  }

  private BitSet in(Domain domain, BitSet kept) {
    BitSet bits = (BitSet) kept.clone();
    bits.and(positions.get(domain));
    return bits;
  }

  private DiskImage image(DiskImage durable, BitSet bits) {
    return bits.isEmpty() ? durable : durable.with(moment.kept(bits));
  }
}
