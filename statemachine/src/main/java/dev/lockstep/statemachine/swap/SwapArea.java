package dev.lockstep.statemachine.swap;

import io.vavr.control.Option;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A swap area as mkswap(8) makes it: one page that says so, the rest is anything (include/linux/
 * swap.h, {@code union swap_header}).
 *
 * <pre>
 *   byte 0          1024      1028        1032        1036     1052           page - 10
 *   +---------------+---------+-----------+-----------+--------+--------------+------------+
 *   | boot loader's | version | last page | bad pages | UUID   | label        | SWAPSPACE2 |
 *   | (zeros)       | u32 = 1 | u32       | u32       | 16 B   | 16 B, zeros  | 10 B       |
 *   +---------------+---------+-----------+-----------+--------+--------------+------------+
 * </pre>
 *
 * @param uuid as fstab has it; empty where there is none
 * @param label empty where there is none
 * @param pageBytes of the machine that made it, 4096 to 65536; 0 where there was no swap area
 */
public record SwapArea(String uuid, String label, int pageBytes) {

  /** A partition that was never made into one. */
  public static final SwapArea NONE = new SwapArea("", "", 0);

  private static final List<Integer> PAGE_BYTES = List.of(4096, 8192, 16384, 32768, 65536);
  private static final String MAGIC = "SWAPSPACE2";
  private static final int VERSION_AT = 1024;
  private static final int UUID_AT = 1036;
  private static final int LABEL_AT = 1052;
  private static final int LABEL_BYTES = 16;

  /** The least that a disk writes whole. */
  private static final int SECTOR_BYTES = 512;

  boolean isNone() {
    return pageBytes == 0;
  }

  /** By which fstab may call it, besides what it may call the partition. */
  public Set<String> names() {
    Set<String> names = new HashSet<>();
    if (!uuid.isEmpty()) {
      names.addAll(Set.of("UUID=" + uuid, "/dev/disk/by-uuid/" + uuid));
    }
    if (!label.isEmpty()) {
      names.addAll(Set.of("LABEL=" + label, "/dev/disk/by-label/" + label));
    }
    return names;
  }

  /** Reads the first bytes of a partition; none where no page ends as a swap area's does. */
  static Option<SwapArea> read(byte[] head) {
    for (int page : PAGE_BYTES) {
      if (text(head, page - MAGIC.length(), MAGIC.length()).equals(MAGIC)) {
        return Option.some(new SwapArea(uuid(head), label(head), page));
      }
    }
    return Option.none();
  }

  /**
   * Its first page, as mkswap writes it.
   *
   * @param partitionBytes all of which it takes
   */
  byte[] page(long partitionBytes) {
    ByteBuffer page = ByteBuffer.allocate(pageBytes).order(ByteOrder.LITTLE_ENDIAN);
    page.putInt(VERSION_AT, 1);
    page.putInt(VERSION_AT + 4, (int) (partitionBytes / pageBytes - 1));
    if (!uuid.isEmpty()) {
      UUID id = UUID.fromString(uuid);
      page.order(ByteOrder.BIG_ENDIAN)
          .putLong(UUID_AT, id.getMostSignificantBits())
          .putLong(UUID_AT + 8, id.getLeastSignificantBits());
    }
    page.put(LABEL_AT, label.getBytes(StandardCharsets.ISO_8859_1));
    page.put(pageBytes - MAGIC.length(), MAGIC.getBytes(StandardCharsets.ISO_8859_1));
    return page.array();
  }

  /**
   * Whether each sector is that of the page, or zeros: what a cut leaves of {@link #page}.
   *
   * @param head the first bytes of the partition
   */
  boolean isTorn(byte[] head, long partitionBytes) {
    byte[] whole = Arrays.copyOf(page(partitionBytes), head.length);
    for (int at = 0; at < head.length; at += SECTOR_BYTES) {
      byte[] sector = Arrays.copyOfRange(head, at, at + SECTOR_BYTES);
      boolean ours = Arrays.equals(sector, Arrays.copyOfRange(whole, at, at + SECTOR_BYTES));
      if (!ours && Arrays.mismatch(sector, new byte[SECTOR_BYTES]) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static String uuid(byte[] head) {
    ByteBuffer bytes = ByteBuffer.wrap(head);
    UUID id = new UUID(bytes.getLong(UUID_AT), bytes.getLong(UUID_AT + 8));
    return id.equals(new UUID(0, 0)) ? "" : id.toString();
  }

  /** One that is no plain word is told as none: it could not stand in fstab. */
  private static String label(byte[] head) {
    String label = text(head, LABEL_AT, LABEL_BYTES);
    int end = label.indexOf('\0');
    String word = end < 0 ? label : label.substring(0, end);
    return word.matches("[!-~]*") ? word : "";
  }

  private static String text(byte[] bytes, int at, int length) {
    return at + length <= bytes.length
        ? new String(bytes, at, length, StandardCharsets.ISO_8859_1)
        : "";
  }
}
