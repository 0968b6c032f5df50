package dev.lockstep.statemachine.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Volume;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A boot entry without the trigger, or a hand at the loader, boots past the first boot: it mounts
 * whatever has a superblock, and writes to it.
 */
class TornHeadTest {

  private static final int SECTOR_BYTES = 512;
  private static final int SHIFT_BYTES = 256 << 10;
  private static final long WINDOW_BYTES = 4L * SHIFT_BYTES;
  private static final Job JOB =
      new Job(
          Fixture.DISK, Fixture.FILESYSTEM, SHIFT_BYTES, WINDOW_BYTES, WINDOW_BYTES, List.of(7));

  private final byte[] head = random(1);
  private final byte[] header = random(2);

  @Test
  void noneThatAPlacingLeavesPassesForTheFilesystem() throws IOException {
    CachedDisk disk = new CachedDisk(head);
    assertThat(effects(disk).placeHeader(JOB, placement()).isRight()).isTrue();
    assertThat(disk.head()).isEqualTo(header);
  }

  @Test
  void norDoesOneThatIsBeingPutBackBeforeAllOfItIsThere() throws IOException {
    CachedDisk disk = new CachedDisk(header);
    assertThat(effects(disk).restoreHead(JOB, placement()).isRight()).isTrue();
    assertThat(disk.head()).isEqualTo(head);
  }

  @Test
  void aPlacingInOneGoIsNoticed() {
    CachedDisk disk = new CachedDisk(head);
    assertThat(disk.mayPassForFilesystemTorn()).isFalse();
    disk.change(0, header);
    assertThat(disk.mayPassForFilesystemTorn()).isTrue();
  }

  private Placement placement() {
    return new Placement(Fixture.CREDENTIALS, Digest.of(head), Digest.of(header));
  }

  private Effects effects(CachedDisk disk) {
    Ports ports =
        new Ports(null, _ -> disk, new HeaderFile(), null, null, null, null, null, null, null);
    return new Effects(ports);
  }

  private static byte[] random(long seed) {
    byte[] bytes = new byte[SHIFT_BYTES];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** What a flush has not made durable may be there or not, each sector for itself. */
  private final class CachedDisk implements Volume {
    private final byte[] durable = new byte[(int) WINDOW_BYTES];
    private byte[] cached;

    CachedDisk(byte[] atFirst) {
      System.arraycopy(atFirst, 0, durable, 0, SHIFT_BYTES);
      System.arraycopy(head, 0, durable, (int) JOB.tailOffsetBytes(), SHIFT_BYTES);
      cached = durable.clone();
    }

    byte[] head() {
      return Arrays.copyOf(durable, SHIFT_BYTES);
    }

    /** Whether a cut may leave every superblock, and elsewhere a piece of the header. */
    boolean mayPassForFilesystemTorn() {
      boolean known = true;
      boolean torn = false;
      for (int at = 0; at < SHIFT_BYTES; at += SECTOR_BYTES) {
        if (isSuperblock(at)) {
          known &= may(at, head);
        } else {
          torn |= may(at, header);
        }
      }
      return known && torn;
    }

    /** The sectors of ext4 and XFS in the first 4 KiB, that of btrfs at 64 KiB. */
    private boolean isSuperblock(int at) {
      return at < 4096 || (at >= 65536 && at < 65536 + 4096);
    }

    private boolean may(int at, byte[] content) {
      return holds(durable, at, content) || holds(cached, at, content);
    }

    private boolean holds(byte[] disk, int at, byte[] content) {
      return Arrays.equals(disk, at, at + SECTOR_BYTES, content, at, at + SECTOR_BYTES);
    }

    void change(long offsetBytes, byte[] data) {
      System.arraycopy(data, 0, cached, (int) offsetBytes, data.length);
    }

    @Override
    public void read(long offsetBytes, byte[] into) {
      System.arraycopy(cached, (int) offsetBytes, into, 0, into.length);
    }

    @Override
    public void write(long offsetBytes, byte[] data) {
      change(offsetBytes, data);
      assertThat(mayPassForFilesystemTorn()).as("written at %d", offsetBytes).isFalse();
    }

    @Override
    public boolean discard(long offsetBytes, long lengthBytes) {
      return false;
    }

    @Override
    public void scramble(long offsetBytes, int lengthBytes) {
      throw new AssertionError("nothing is to be scrambled");
    }

    @Override
    public void flush() {
      System.arraycopy(cached, 0, durable, 0, durable.length);
      assertThat(mayPassForFilesystemTorn()).isFalse();
    }
  }

  /** Holds the header that is to be placed. */
  private final class HeaderFile implements BootPartition {

    @Override
    public Option<byte[]> read(String path) {
      return Option.when(path.equals(PreparedFile.INITIALISED_HEADER.path()), header);
    }

    @Override
    public void write(String path, byte[] content) {
      throw new AssertionError("nothing is to be written to " + path);
    }

    @Override
    public void writeByte(String path, int offsetBytes, byte value) {
      throw new AssertionError("nothing is to be written to " + path);
    }

    @Override
    public void sync(String path) {}

    @Override
    public void delete(String path) {}

    @Override
    public void erase(String path) {}

    @Override
    public List<String> list(String folder) {
      return List.of();
    }
  }
}
