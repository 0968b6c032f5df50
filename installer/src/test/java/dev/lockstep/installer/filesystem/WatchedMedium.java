package dev.lockstep.installer.filesystem;

import dev.lockstep.installer.partition.Medium;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Keeps account of which sector may be on the medium together with which. */
final class WatchedMedium implements Medium {

  private static final int SECTOR_BYTES = 512;

  private final Medium medium;
  private final long head;
  private final SortedSet<Long> pending = new TreeSet<>();
  private final List<SortedSet<Long>> flushed = new ArrayList<>();
  private boolean headMayBeThere;
  private int appeared;
  private boolean halfSeen;

  /**
   * @param head the byte where the sector begins that a filesystem is known by
   */
  WatchedMedium(Medium medium, long head) throws IOException {
    this.medium = medium;
    this.head = head;
    this.headMayBeThere = isHeadThere();
  }

  private boolean isHeadThere() throws IOException {
    return !Arrays.equals(new byte[SECTOR_BYTES], medium.read(head, SECTOR_BYTES));
  }

  /** Where the writes of each flush began. */
  List<SortedSet<Long>> flushed() {
    return flushed;
  }

  /** How often that sector came to be there. */
  int appeared() {
    return appeared;
  }

  /** Whether it might have been there while anything else was on its way. */
  boolean halfSeen() {
    return halfSeen;
  }

  @Override
  public void write(long offsetBytes, byte[] bytes) throws IOException {
    boolean before = headMayBeThere;
    medium.write(offsetBytes, bytes);
    pending.add(offsetBytes);
    headMayBeThere |= isHeadThere();
    appeared += headMayBeThere && !before ? 1 : 0;
  }

  @Override
  public void flush() throws IOException {
    halfSeen |=
        headMayBeThere && !pending.isEmpty() && !pending.equals(new TreeSet<>(List.of(head)));
    medium.flush();
    headMayBeThere = isHeadThere();
    flushed.add(new TreeSet<>(pending));
    pending.clear();
  }

  @Override
  public Path path() {
    return medium.path();
  }

  @Override
  public long sizeBytes() throws IOException {
    return medium.sizeBytes();
  }

  @Override
  public byte[] read(long offsetBytes, int lengthBytes) throws IOException {
    return medium.read(offsetBytes, lengthBytes);
  }

  @Override
  public byte[] readBack(long offsetBytes, int lengthBytes) throws IOException {
    return medium.readBack(offsetBytes, lengthBytes);
  }

  @Override
  public void close() throws IOException {
    medium.close();
  }
}
