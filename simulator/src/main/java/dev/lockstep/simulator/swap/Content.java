package dev.lockstep.simulator.swap;

import dev.lockstep.statemachine.swap.SwapContent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What a block of the modelled partition holds. A block is what a cut keeps or drops as a whole;
 * the swap area's page is two of them, so that it can be torn.
 *
 * <pre>
 *   byte 0      1536     4096        64 KiB      128 KiB                 256 KiB
 *   +-----------+--------+-----------+-----------+-----------------------+
 *   | block 0   | 1      | 2         | 3         | 4                     |
 *   | UUID …    | magic  | swapped pages                                 |
 *   +-----------+--------+-----------+-----------+-----------------------+
 * </pre>
 */
enum Content {
  /** This part of the page that mkswap made. */
  AREA,
  /** Pages of an earlier system, in the clear. */
  OLD,
  ZERO,
  /** What a random key left. */
  RANDOM,
  /** A filesystem's start: somebody's who thinks that the partition is theirs. */
  FOREIGN,
  /** Somebody's that no signature tells from what a random key left. */
  UNKNOWN_FOREIGN;

  static final List<Integer> STARTS = List.of(0, 1536, 4096, 65536, SwapContent.END_BYTES);
  static final int PARTITION_BYTES = 2 * SwapContent.END_BYTES;

  private static final String UUID_BYTES = "0123456789abcdef";

  /** As it lies on the medium. */
  byte[] bytes(int block) {
    int start = STARTS.get(block);
    int end = block + 1 < STARTS.size() ? STARTS.get(block + 1) : PARTITION_BYTES;
    byte[] bytes = new byte[end - start];
    switch (this) {
      case AREA -> System.arraycopy(page(), start, bytes, 0, bytes.length);
      case OLD -> Arrays.fill(bytes, (byte) 'o');
      case ZERO -> {}
      case RANDOM -> Arrays.fill(bytes, (byte) 0xa5);
      case UNKNOWN_FOREIGN -> Arrays.fill(bytes, (byte) 0x5a);
      case FOREIGN -> put(bytes, 0, "LUKS\u00ba\u00be");
    }
    return bytes;
  }

  /** As mkswap writes it, written here once more: the machine's own must be the same. */
  private static byte[] page() {
    byte[] page = new byte[4096];
    page[1024] = 1;
    page[1028] = (byte) (PARTITION_BYTES / 4096 - 1);
    put(page, 1036, UUID_BYTES);
    put(page, 1052, "old");
    put(page, 4086, "SWAPSPACE2");
    return page;
  }

  private static void put(byte[] bytes, int at, String text) {
    byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(latin, 0, bytes, at, latin.length);
  }
}
