package dev.lockstep.simulator.esp;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Sector;
import io.vavr.control.Option;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A filesystem with a journal as its sectors tell it. Every change of names, sizes and places is a
 * commit that holds all of them; the newest one that is whole counts, so that a torn one is as if
 * it had never been begun.
 *
 * <pre>
 *   sector 20              64            66                   80
 *   +----------------------+-------------+---- ... -----------+
 *   | data                 | commit 0    | commits 1 to 7     |
 *   +----------------------+-------------+---- ... -----------+
 *   commit: | u64 checksum of the rest | u32 "JRNL" | u32 number | u16 files | file … |
 *   file:   | u8 index | u8 name length | name | u32 size in bytes | u8 count | u8 sector × count |
 * </pre>
 */
record JournaledReading(IntFunction<Sector> sectors) implements BootReading {

  static final int FIRST_COMMIT = 64;
  static final int COMMIT_SECTORS = 2;
  static final int COMMITS = 8;

  private static final int MAGIC = 0x4a524e4c;
  private static final int COMMIT_BYTES = COMMIT_SECTORS * Sector.BYTES;

  /** A file as a commit has it. */
  record Inode(Entry entry, List<Integer> chain) {
    Inode {
      chain = List.copyOf(chain);
    }
  }

  /** All files at one time. */
  record Commit(int number, List<Inode> inodes) {
    Commit {
      inodes = List.copyOf(inodes);
    }

    /** Where it goes: each over the oldest. */
    int firstSector() {
      return FIRST_COMMIT + number % COMMITS * COMMIT_SECTORS;
    }
  }

  boolean isOne() {
    return newest().isDefined();
  }

  Option<Commit> newest() {
    return Option.ofOptional(
        IntStream.range(0, COMMITS)
            .boxed()
            .flatMap(slot -> commit(slot).toJavaStream())
            .max(Comparator.comparingInt(Commit::number)));
  }

  @Override
  public List<Entry> entries() {
    return inodes().map(Inode::entry).toList();
  }

  @Override
  public List<Integer> chain(int index) {
    return inodes()
        .filter(inode -> inode.entry().index() == index)
        .findFirst()
        .map(Inode::chain)
        .orElse(List.of());
  }

  private Stream<Inode> inodes() {
    return newest().map(Commit::inodes).getOrElse(List.of()).stream();
  }

  /** The commit of this slot, if it is whole. */
  private Option<Commit> commit(int slot) {
    byte[] bytes = new byte[COMMIT_BYTES];
    for (int at = 0; at < COMMIT_SECTORS; at++) {
      sectors
          .apply(FIRST_COMMIT + slot * COMMIT_SECTORS + at)
          .copyTo(bytes, at * Sector.BYTES, Sector.BYTES);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return buffer.getLong() == checksum(bytes) && buffer.getInt() == MAGIC
        ? Option.some(parsed(buffer))
        : Option.none();
  }

  private static Commit parsed(ByteBuffer buffer) {
    try {
      int number = buffer.getInt();
      List<Inode> inodes = new ArrayList<>();
      for (int left = buffer.getShort(); left > 0; left--) {
        inodes.add(inode(buffer));
      }
      return new Commit(number, inodes);
    } catch (BufferUnderflowException impossible) {
      throw new IllegalStateException("a commit with a right checksum is too short", impossible);
    }
  }

  private static Inode inode(ByteBuffer buffer) {
    int index = buffer.get();
    byte[] name = new byte[buffer.get()];
    buffer.get(name);
    int sizeBytes = buffer.getInt();
    List<Integer> chain = new ArrayList<>();
    for (int left = buffer.get(); left > 0; left--) {
      chain.add((int) buffer.get());
    }
    return new Inode(new Entry(index, new String(name, StandardCharsets.UTF_8), sizeBytes), chain);
  }

  /** As it lies on the medium. */
  static byte[] bytes(Commit commit) {
    byte[] bytes = new byte[COMMIT_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).position(Long.BYTES);
    buffer.putInt(MAGIC).putInt(commit.number()).putShort((short) commit.inodes().size());
    for (Inode inode : commit.inodes()) {
      byte[] name = inode.entry().name().getBytes(StandardCharsets.UTF_8);
      buffer.put((byte) inode.entry().index()).put((byte) name.length).put(name);
      buffer.putInt(inode.entry().sizeBytes()).put((byte) inode.chain().size());
      inode.chain().forEach(sector -> buffer.put(sector.byteValue()));
    }
    buffer.putLong(0, checksum(bytes));
    return bytes;
  }

  private static long checksum(byte[] commit) {
    return Fingerprint.of(Arrays.copyOfRange(commit, Long.BYTES, commit.length)).low();
  }
}
