package dev.lockstep.statemachine.firstboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SectorSizeTest {
  private static final long SHIFT_BYTES = 16 << 20;
  private static final long PARTITION_BYTES = 1L << 30;

  private static Plain filesystem(long endBytes, int smallestTransferBytes) {
    return new Plain("xfs", "u", endBytes, 4096, smallestTransferBytes);
  }

  @Test
  void largeSectorsAreForFilesystemsThatWriteNothingSmaller() {
    assertThat(Job.sectorBytesFor(filesystem(1 << 20, 4096), SHIFT_BYTES, PARTITION_BYTES))
        .isEqualTo(4096);
    for (int smallest : new int[] {512, 1024, 2048}) {
      assertThat(Job.sectorBytesFor(filesystem(1 << 20, smallest), SHIFT_BYTES, PARTITION_BYTES))
          .isEqualTo(512);
    }
  }

  /** A volume whose size is no whole number of sectors can't be opened. */
  @Property
  void everyBoundOfAVolumeIsAWholeNumberOfItsSectors(
      @ForAll @LongRange(min = 1, max = 1 << 20) long filesystemSectors,
      @ForAll @IntRange(min = 0, max = 16) int partitionSectorsMore,
      @ForAll @IntRange(min = 9, max = 13) int transferBits) {
    Plain plain = filesystem(filesystemSectors * 512, 1 << transferBits);
    long windowBytes = plain.endBytes() + 2 * SHIFT_BYTES;
    long partitionBytes = windowBytes + partitionSectorsMore * 512L;
    int sectorBytes = Job.sectorBytesFor(plain, SHIFT_BYTES, partitionBytes);
    assertThat(sectorBytes).isIn(512, 4096).isLessThanOrEqualTo(plain.smallestTransferBytes());
    for (long bound : new long[] {plain.endBytes(), windowBytes, partitionBytes, SHIFT_BYTES}) {
      assertThat(bound % sectorBytes).isZero();
    }
  }

  @Test
  void noJobHasSectorsThatItsFilesystemCanNotUse() {
    DiskIdentity disk = new DiskIdentity("disk", "partition");
    assertThatThrownBy(
            () ->
                new Job(
                    disk,
                    filesystem(1 << 20, 512),
                    SHIFT_BYTES,
                    64 << 20,
                    PARTITION_BYTES,
                    List.of(7),
                    List.of(Slot.RECOVERY),
                    4096,
                    Role.ROOT))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
