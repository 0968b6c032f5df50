package dev.lockstep.statemachine.swap;

import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import io.vavr.control.Option;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What a partition that is to be swap holds, by its first and last bytes. */
public sealed interface SwapContent {

  /** A swap area, and nothing besides. */
  record Area(SwapArea area) implements SwapContent {}

  /** Zeros, as a partition that was never used has. */
  record Blank() implements SwapContent {}

  /**
   * Something that somebody may want.
   *
   * @param what in words, behind "holds"
   */
  record Taken(String what) implements SwapContent {}

  /** Part of the page that undo writes, and zeros besides: a cut tore it, nobody else did. */
  record Torn() implements SwapContent {}

  /**
   * None of these: what a random key leaves of it, or somebody's that no signature here tells. Only
   * the root's crypttab says which.
   */
  record Unrecognised() implements SwapContent {}

  /** How much of either end is looked at: every signature that is known lies in there. */
  int END_BYTES = 128 * 1024;

  private static Map<Integer, Map<String, String>> signatures() {
    Map<Integer, Map<String, String>> known = new TreeMap<>();
    known.put(0, Map.of("LUKS\u00ba\u00be", "a LUKS volume", "RAID", "a RAID member"));
    known.put(3, Map.of("NTFS    ", "an NTFS filesystem", "EXFAT   ", "an exFAT filesystem"));
    known.put(54, Map.of("FAT1", "a FAT filesystem"));
    known.put(82, Map.of("FAT32", "a FAT filesystem"));
    known.put(512, Map.of("LABELONE", "an LVM physical volume", "EFI PART", "a partition table"));
    known.put(1024, Map.of("\u0010 \u00f5\u00f2", "an F2FS filesystem"));
    known.put(4096, Map.of("\u00fcN+\u00a9", "a RAID member"));
    known.put(16384, Map.of("SKUL\u00ba\u00be", "a LUKS volume"));
    known.put(32769, Map.of("CD001", "a CD image"));
    known.put(65588, Map.of("ReIsEr", "a ReiserFS filesystem"));
    return known;
  }

  /**
   * Reads both ends of a partition. Never throws.
   *
   * @param head its first {@link #END_BYTES}
   * @param tail its last
   */
  static SwapContent read(byte[] head, byte[] tail) {
    Option<String> taken = taken(head);
    if (taken.isDefined()) {
      return new Taken(taken.get());
    }
    return SwapArea.read(head)
        .<SwapContent>map(Area::new)
        .getOrElse(() -> isZero(head) && isZero(tail) ? new Blank() : new Unrecognised());
  }

  /** As {@link #read}, where undo may have written the job's swap area in part over zeros. */
  static SwapContent read(byte[] head, byte[] tail, SwapJob job) {
    SwapContent content = read(head, tail);
    boolean torn =
        content instanceof Unrecognised
            && !job.before().isNone()
            && job.before().isTorn(head, job.sizeBytes())
            && isZero(tail);
    return torn ? new Torn() : content;
  }

  /** A filesystem's signature beside a swap area's: one is left over, and who knows which. */
  private static Option<String> taken(byte[] head) {
    if (FilesystemGeometry.read(head) instanceof FilesystemGeometry.Known known) {
      return Option.some("an " + known.type() + " filesystem");
    }
    for (int page = 4096; page <= 65536; page *= 2) {
      String magic = text(head, page - 10, 10);
      if (magic.startsWith("S1SUSPEND")
          || magic.startsWith("S2SUSPEND")
          || magic.startsWith("ULSUSPEND")
          || magic.startsWith("LINHIB0001")) {
        return Option.some("a hibernated system");
      }
    }
    for (Map.Entry<Integer, Map<String, String>> place : signatures().entrySet()) {
      for (Map.Entry<String, String> signature : place.getValue().entrySet()) {
        String magic = signature.getKey();
        if (text(head, place.getKey(), magic.length()).equals(magic)) {
          return Option.some(signature.getValue());
        }
      }
    }
    return Option.none();
  }

  private static String text(byte[] bytes, int at, int length) {
    return at + length <= bytes.length
        ? new String(bytes, at, length, StandardCharsets.ISO_8859_1)
        : "";
  }

  private static boolean isZero(byte[] bytes) {
    return Arrays.mismatch(bytes, new byte[bytes.length]) < 0;
  }
}
