package dev.lockstep.simulator.disk;

import dev.lockstep.simulator.disk.Luck.Call;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A running disk: what is on the medium, what is written but not flushed, and the view that has
 * both.
 *
 * <p><b>The fault contract.</b>
 *
 * <ul>
 *   <li>A sector of 512 bytes is written in full or not at all.
 *   <li>A write of several sectors may be torn: any subset of them reaches the medium.
 *   <li>Between two flushes of a domain, any subset of the sectors written reaches the medium.
 *       Writes to one sector keep their order: the last of those that arrived is what it holds.
 *   <li>When {@link #flush} has returned, all of the domain is on the medium and stays there.
 *   <li>A flush of one domain promises nothing of another.
 *   <li>Reads see what was written, flushed or not.
 *   <li>A call may fail, as {@link Luck} has it. After a flush that failed, what was written has
 *       not reached the medium and never will by itself: it is clean, and another flush succeeds.
 *       Reads of the root partition go past the cache and show the medium; of the others they show
 *       what was written. A sector that is written again is on its way again.
 *   <li>Outside the contract: a disk that says it flushed and did not, sectors that a write to
 *       their neighbour damages. Recovery from those is not promised.
 * </ul>
 *
 * <p>A sector that is written with what it already holds adds nothing: whether such a write arrives
 * makes no difference that a cut could show.
 */
public final class ModelDisk {

  private final Domain domain;
  private final Power power;
  private final Luck luck;
  private final List<PendingWrite> pending = new ArrayList<>();
  private final BitSet lost = new BitSet();
  private DiskImage durable;
  private DiskImage view;

  public ModelDisk(Domain domain, DiskImage durable, Power power) {
    this(domain, durable, power, Luck.GOOD);
  }

  /** A disk whose calls may fail. */
  public ModelDisk(Domain domain, DiskImage durable, Power power, Luck luck) {
    this.luck = luck;
    this.domain = domain;
    this.durable = durable;
    this.power = power;
    this.view = durable;
  }

  public Sector sector(int index) {
    return view.sector(index);
  }

  public void write(int index, Sector content) {
    if (!lost.get(index) && sector(index).equals(content)) {
      return;
    }
    failIf(Call.WRITE);
    lost.clear(index);
    view = view.with(index, content);
    pending.add(new PendingWrite(domain, index, content));
  }

  /** The same; what was on its way to that sector before does not arrive any more. */
  public void writeInstead(int index, Sector content) {
    pending.removeIf(write -> write.sector() == index);
    view = view.with(index, durable.sector(index));
    write(index, content);
  }

  /** From the beginning of this sector; a last piece is filled up with zeros. */
  public void write(int index, byte[] content) {
    for (int at = 0; at < content.length; at += Sector.BYTES) {
      write(index + at / Sector.BYTES, Sector.of(content, at));
    }
  }

  public byte[] read(int index, int lengthBytes) {
    byte[] content = new byte[lengthBytes];
    for (int at = 0; at < lengthBytes; at += Sector.BYTES) {
      sector(index + at / Sector.BYTES)
          .copyTo(content, at, Math.min(Sector.BYTES, lengthBytes - at));
    }
    return content;
  }

  /** All that was written to this domain is on the medium when this returns. */
  public void flush() {
    if (pending.isEmpty()) {
      return;
    }
    power.moment("the flush of " + domain);
    if (luck.fails(Call.FLUSH, domain)) {
      forget();
      throw new DiskFailed(Call.FLUSH, domain);
    }
    durable = lost.isEmpty() ? view : durable.with(pending);
    pending.clear();
  }

  /**
   * What was written to these sectors is on the medium when this returns, and of the others it may
   * be: msync(2) of a few pages.
   *
   * @param first sector
   * @param end the one behind the last
   */
  public void flush(int first, int end) {
    if (pending.stream().noneMatch(write -> isIn(write, first, end))) {
      return;
    }
    power.moment("the flush of " + domain);
    if (luck.fails(Call.FLUSH, domain)) {
      forget();
      throw new DiskFailed(Call.FLUSH, domain);
    }
    durable = durable.with(pending.stream().filter(write -> isIn(write, first, end)).toList());
    pending.removeIf(write -> isIn(write, first, end));
  }

  private static boolean isIn(PendingWrite write, int first, int end) {
    return write.sector() >= first && write.sector() < end;
  }

  /** As {@link #flush()}, by somebody who looks at no result. */
  public void flushUnheard() {
    try {
      flush();
    } catch (DiskFailed unheard) {
      // as libcryptsetup's device_sync, which returns void
    }
  }

  private void forget() {
    if (domain == Domain.ROOT) {
      view = durable;
    } else {
      pending.forEach(write -> lost.set(write.sector()));
    }
    pending.clear();
  }

  /** Comes before whatever is read at once. */
  public void reading() {
    failIf(Call.READ);
  }

  /** Whether there is room for another file. */
  public boolean hasRoom() {
    return !luck.fails(Call.ROOM, domain);
  }

  private void failIf(Call call) {
    if (luck.fails(call, domain)) {
      throw new DiskFailed(call, domain);
    }
  }

  /** Stands for what reads show and the medium does not hold. */
  public Fingerprint unsaid() {
    return lost.isEmpty() ? Fingerprint.NOTHING : view.fingerprint();
  }

  /** What reads see: all that was written, flushed or not. */
  public DiskImage view() {
    return view;
  }

  /** What is on the medium for sure. */
  public DiskImage durable() {
    return durable;
  }

  /** What may be on the medium, in the order it was written. */
  public List<PendingWrite> pending() {
    return List.copyOf(pending);
  }

  /** Of whatever is on the medium or on its way there. */
  public Marks marks() {
    Marks all = durable.marks();
    for (PendingWrite write : pending) {
      all = all.and(write.content().marks());
    }
    return all;
  }
}
