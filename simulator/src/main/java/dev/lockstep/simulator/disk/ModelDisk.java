package dev.lockstep.simulator.disk;

import java.util.ArrayList;
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
 *   <li>Outside the contract: a disk that says it flushed and did not, bit rot, sectors that a
 *       write to their neighbour damages. Recovery from those is not promised.
 * </ul>
 *
 * <p>A sector that is written with what it already holds adds nothing: whether such a write arrives
 * makes no difference that a cut could show.
 */
public final class ModelDisk {

  private final Domain domain;
  private final Power power;
  private final List<PendingWrite> pending = new ArrayList<>();
  private DiskImage durable;
  private DiskImage view;

  public ModelDisk(Domain domain, DiskImage durable, Power power) {
    this.domain = domain;
    this.durable = durable;
    this.power = power;
    this.view = durable;
  }

  public Sector sector(int index) {
    return view.sector(index);
  }

  public void write(int index, Sector content) {
    if (sector(index).equals(content)) {
      return;
    }
    view = view.with(index, content);
    pending.add(new PendingWrite(domain, index, content));
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
    durable = view;
    pending.clear();
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
