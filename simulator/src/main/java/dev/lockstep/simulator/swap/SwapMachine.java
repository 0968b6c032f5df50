package dev.lockstep.simulator.swap;

import dev.lockstep.simulator.fault.CrashSubsets;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.EventStore;
import dev.lockstep.statemachine.port.SwapLines;
import dev.lockstep.statemachine.port.SwapPartition;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The hardware while the power is on.
 *
 * <p><b>The fault contract.</b> Of the partition's blocks that were written and not flushed any
 * subset is on the medium after a cut. The root's files are replaced by rename on a filesystem with
 * a journal of its own: each is the old or the new, and durable when the call returns. A record of
 * the journal is there or not; that it is, is what the journal's own simulator shows.
 */
final class SwapMachine
    implements SwapPartition, SwapLines, EventStore<Event<SwapIntent, SwapOutcome>> {

  private static final CrashSubsets EVERY = new CrashSubsets(12);

  private record Write(int block, Content content) {}

  private final Consumer<SwapImage> cut;
  private final boolean flushes;
  private final List<Write> pending = new ArrayList<>();
  private SwapImage durable;

  /**
   * @param cut given every image that a cut at any moment leaves
   * @param flushes false for a mutant that forgets it
   */
  SwapMachine(SwapImage durable, Consumer<SwapImage> cut, boolean flushes) {
    this.durable = durable;
    this.cut = cut;
    this.flushes = flushes;
  }

  /** Something is about to become durable. */
  void moment() {
    double _ =
        EVERY.of(
            pending.size(),
            kept -> {
              List<Content> blocks = new ArrayList<>(durable.blocks());
              kept.stream().mapToObj(pending::get).forEach(w -> blocks.set(w.block(), w.content()));
              cut.accept(durable.with(blocks));
            });
  }

  /** As it is when the machine is switched off orderly. */
  SwapImage atRest() {
    return durable.with(view());
  }

  private List<Content> view() {
    List<Content> blocks = new ArrayList<>(durable.blocks());
    pending.forEach(write -> blocks.set(write.block(), write.content()));
    return blocks;
  }

  // -------------------------------------------------------------------------- the partition

  @Override
  public void read(long offsetBytes, byte[] into) {
    byte[] all = new byte[Content.PARTITION_BYTES];
    List<Content> blocks = view();
    for (int block = 0; block < blocks.size(); block++) {
      byte[] bytes = blocks.get(block).bytes(block);
      System.arraycopy(bytes, 0, all, Content.STARTS.get(block), bytes.length);
    }
    System.arraycopy(all, (int) offsetBytes, into, 0, into.length);
  }

  @Override
  public void write(long offsetBytes, byte[] data) throws IOException {
    byte[] page = new byte[4096];
    byte[] start = Content.AREA.bytes(0);
    byte[] rest = Content.AREA.bytes(1);
    System.arraycopy(start, 0, page, 0, start.length);
    System.arraycopy(rest, 0, page, start.length, rest.length);
    if (offsetBytes != 0 || !Arrays.equals(page, data)) {
      throw new IOException("what is written is not the area that mkswap made");
    }
    pending.add(new Write(0, Content.AREA));
    pending.add(new Write(1, Content.AREA));
  }

  @Override
  public void zero(long offsetBytes, long lengthBytes) {
    for (int block = 0; block < Content.STARTS.size(); block++) {
      long start = Content.STARTS.get(block);
      if (start >= offsetBytes && start < offsetBytes + lengthBytes) {
        pending.add(new Write(block, Content.ZERO));
      }
    }
  }

  /** Not used: who wipes swap wants to read zeros. */
  @Override
  public boolean discard(long offsetBytes, long lengthBytes) {
    return false;
  }

  /** Not used, for the same reason. */
  @Override
  public void scramble(long offsetBytes, int lengthBytes) throws IOException {
    throw new IOException("a swap partition's blocks are zeroed, never overwritten with noise");
  }

  @Override
  public void flush() {
    moment();
    if (flushes) {
      durable = atRest();
      pending.clear();
    }
  }

  // -------------------------------------------------------------------------- the root's files

  @Override
  public boolean arePossible() {
    return true;
  }

  @Override
  public Option<String> objection(Set<String> names) {
    return Option.none();
  }

  @Override
  public boolean areIn() {
    return durable.crypttab();
  }

  @Override
  public Digest stage(Set<String> names) {
    replace(true, durable.crypttab());
    replace(true, true);
    return Digest.of(new byte[0]);
  }

  @Override
  public void unstage() {
    replace(durable.fstab(), false);
    replace(false, false);
  }

  private void replace(boolean fstab, boolean crypttab) {
    moment();
    durable = durable.with(fstab, crypttab);
  }

  // -------------------------------------------------------------------------- the journal

  @Override
  public List<Event<SwapIntent, SwapOutcome>> past() {
    return durable.journal();
  }

  @Override
  public void append(Event<SwapIntent, SwapOutcome> event) {
    moment();
    durable = durable.with(event);
    moment();
  }

  @Override
  public Digest head() {
    return Digest.of(new byte[0]);
  }
}
