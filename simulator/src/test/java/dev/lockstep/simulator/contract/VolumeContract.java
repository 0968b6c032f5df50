package dev.lockstep.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Volume;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What every window over a volume does, modelled or real. */
abstract class VolumeContract {

  /** The model's size of a write that is whole or not at all. */
  static final int SECTOR_BYTES = 512;

  static final int WINDOW_SECTORS = 16;

  /** A window of {@link #WINDOW_SECTORS} over something larger. */
  abstract Volume volume() throws Exception;

  /** The same after an orderly end and another beginning. */
  abstract Volume reopened() throws Exception;

  private static byte[] filled(int sectors, int value) {
    byte[] bytes = new byte[sectors * SECTOR_BYTES];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] read(Volume volume, int sector, int sectors) throws Exception {
    byte[] bytes = new byte[sectors * SECTOR_BYTES];
    volume.read((long) sector * SECTOR_BYTES, bytes);
    return bytes;
  }

  @Test
  void whatWasFlushedIsThereLater() throws Exception {
    volume().write(3 * SECTOR_BYTES, filled(2, 7));
    assertThat(read(volume(), 3, 2)).isEqualTo(filled(2, 7));
    volume().flush();

    Volume later = reopened();
    assertThat(read(later, 2, 1)).isEqualTo(filled(1, 0));
    assertThat(read(later, 3, 2)).isEqualTo(filled(2, 7));
    assertThat(read(later, 5, 1)).isEqualTo(filled(1, 0));
  }

  @Test
  void aRunOfBytesDigestsToWhatIsRead() throws Exception {
    volume().write(SECTOR_BYTES, filled(3, 9));
    volume().flush();

    assertThat(volume().digest(0, 5 * SECTOR_BYTES)).isEqualTo(Digest.of(read(volume(), 0, 5)));
    assertThat(volume().digest(SECTOR_BYTES, 3 * SECTOR_BYTES)).isEqualTo(Digest.of(filled(3, 9)));
  }

  @Test
  void theLastSectorIsInTheWindowAndTheNextIsNot() throws Exception {
    long last = (WINDOW_SECTORS - 1) * SECTOR_BYTES;
    volume().write(last, filled(1, 5));
    volume().flush();

    assertThatThrownBy(() -> volume().write(last, filled(2, 6))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read(volume(), WINDOW_SECTORS, 1)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> volume().write(-SECTOR_BYTES, filled(1, 6)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> volume().scramble(last, 2 * SECTOR_BYTES))
        .isInstanceOf(IOException.class);
    assertThat(read(reopened(), WINDOW_SECTORS - 1, 1)).isEqualTo(filled(1, 5));
  }

  @Test
  void scrambledIsDurableAndNothingOfItIsLeft() throws Exception {
    volume().write(0, filled(4, 3));
    volume().flush();
    volume().scramble(SECTOR_BYTES, 2 * SECTOR_BYTES);

    Volume later = reopened();
    assertThat(read(later, 0, 1)).isEqualTo(filled(1, 3));
    assertThat(read(later, 1, 1)).isNotEqualTo(filled(1, 3)).isNotEqualTo(filled(1, 0));
    assertThat(read(later, 2, 1)).isNotEqualTo(filled(1, 3)).isNotEqualTo(filled(1, 0));
    assertThat(read(later, 3, 1)).isEqualTo(filled(1, 3));
  }

  @Test
  void discardTouchesNothingElse() throws Exception {
    volume().write(0, filled(10, 3));
    volume().flush();
    boolean taken = volume().discard(8 * SECTOR_BYTES, SECTOR_BYTES);
    volume().flush();

    Volume later = reopened();
    assertThat(read(later, 0, 8)).isEqualTo(filled(8, 3));
    assertThat(read(later, 9, 1)).isEqualTo(filled(1, 3));
    if (!taken) {
      assertThat(read(later, 8, 1)).isEqualTo(filled(1, 3));
    }
  }
}
