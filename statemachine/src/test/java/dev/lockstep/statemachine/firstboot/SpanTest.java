package dev.lockstep.statemachine.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.port.Volume;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpanTest {

  private static final int SECTOR_BYTES = 512;
  private static final int OFFSET_BYTES = 3 * SECTOR_BYTES;

  /** More than one piece, and the last one not whole. */
  private static final int LENGTH_BYTES = (1 << 20) + 5 * SECTOR_BYTES;

  private final byte[] disk = random(1, OFFSET_BYTES + LENGTH_BYTES + SECTOR_BYTES);
  private final byte[] head = random(2, LENGTH_BYTES);
  private final Span tail = new Span(new InMemory(disk), OFFSET_BYTES, LENGTH_BYTES);

  @Test
  void ofACopyWhateverIsLeftGoesAndNothingElse() throws IOException {
    byte[] before = disk.clone();
    int[] left = {0, 7, 2047, 2048, 2052};
    for (int sector : left) {
      System.arraycopy(
          head, sector * SECTOR_BYTES, disk, OFFSET_BYTES + sector * SECTOR_BYTES, SECTOR_BYTES);
    }
    assertThat(tail.holdsNothingOf(head)).isFalse();

    tail.zeroWhereEqual(head);

    assertThat(tail.holdsNothingOf(head)).isTrue();
    for (int sector : left) {
      int from = OFFSET_BYTES + sector * SECTOR_BYTES;
      Arrays.fill(before, from, from + SECTOR_BYTES, (byte) 0);
    }
    assertThat(disk).isEqualTo(before);
  }

  @Test
  void ofAHeadThatIsBlankThereNothingIsLeft() throws IOException {
    Arrays.fill(disk, (byte) 0);
    assertThat(tail.holdsNothingOf(new byte[LENGTH_BYTES])).isTrue();
  }

  @Test
  void aHalfOfASectorIsNotTheSector() throws IOException {
    byte[] before = disk.clone();
    System.arraycopy(head, 0, disk, OFFSET_BYTES, SECTOR_BYTES / 2);
    System.arraycopy(head, 0, before, OFFSET_BYTES, SECTOR_BYTES / 2);
    tail.zeroWhereEqual(head);
    assertThat(disk).isEqualTo(before);
  }

  /** Half placed, no filesystem is known by them; half put back, none is known yet. */
  @Test
  void theBlocksThatAFilesystemIsKnownByComeFirstOrLast() throws IOException {
    byte[] before = disk.clone();
    tail.fillSignatures(head);
    for (int at = 0; at < LENGTH_BYTES; at++) {
      assertThat(disk[OFFSET_BYTES + at])
          .isEqualTo(isSignature(at) ? head[at] : before[OFFSET_BYTES + at]);
    }

    byte[] old = Arrays.copyOfRange(before, OFFSET_BYTES, OFFSET_BYTES + LENGTH_BYTES);
    byte[] placed = head.clone();
    new Span(new InMemory(old), 0, LENGTH_BYTES)
        .copyAllButSignaturesTo(new Span(new InMemory(placed), 0, LENGTH_BYTES));
    for (int at = 0; at < LENGTH_BYTES; at++) {
      assertThat(placed[at]).isEqualTo(isSignature(at) ? head[at] : old[at]);
    }
  }

  /** The superblocks of ext4 and XFS are in the first 4 KiB, that of btrfs is at 64 KiB. */
  private static boolean isSignature(int at) {
    return at < 4096 || (at >= 65536 && at < 65536 + 4096);
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static final class InMemory implements Volume {
    private final byte[] bytes;

    InMemory(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void read(long offsetBytes, byte[] into) {
      System.arraycopy(bytes, (int) offsetBytes, into, 0, into.length);
    }

    @Override
    public void write(long offsetBytes, byte[] data) {
      System.arraycopy(data, 0, bytes, (int) offsetBytes, data.length);
    }

    @Override
    public boolean discard(long offsetBytes, long lengthBytes) {
      return false;
    }

    @Override
    public void scramble(long offsetBytes, int lengthBytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void flush() {}
  }
}
