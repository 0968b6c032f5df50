package dev.lockstep.installer.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.installer.partition.DiskLayout;
import dev.lockstep.installer.partition.Extent;
import dev.lockstep.installer.source.SourceContent;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** How small a root is made; that it holds its content for real is MountedFillTest's to say. */
class RootFilesystemTest {
  private static final long BLOCK_BYTES = 4096;
  private static final long ROOT_OFFSET_BYTES = 256 * DiskLayout.MIB;

  private static SourceContent content(long blocks, long inodes) {
    return new SourceContent(blocks, inodes, List.of(), true, true, true);
  }

  @Property
  void aRootHoldsEveryBlockAndMoreContentNeverMakesItSmaller(
      @ForAll RootFilesystem filesystem,
      @ForAll @LongRange(min = 1, max = 1L << 34) long blocks,
      @ForAll @LongRange(min = 1, max = 20_000_000) long inodes,
      @ForAll @LongRange(min = 0, max = 1L << 20) long more) {
    long bytes = RootImage.neededBytes(content(blocks, inodes), filesystem);
    assertThat(bytes).isGreaterThan(blocks * BLOCK_BYTES + 32 * DiskLayout.MIB);
    assertThat(bytes % DiskLayout.MIB).isZero();
    assertThat(RootImage.neededBytes(content(blocks + more, inodes), filesystem))
        .isGreaterThanOrEqualTo(bytes);
    assertThat(RootImage.neededBytes(content(blocks, inodes + more), filesystem))
        .isGreaterThanOrEqualTo(bytes);
  }

  /** Cost follows the data: twice the content at most, and some 400 MiB. */
  @Property
  void aRootOfLargeFilesIsNotMuchLargerThanTheyAre(
      @ForAll RootFilesystem filesystem, @ForAll @LongRange(min = 1, max = 1L << 34) long blocks) {
    assertThat(RootImage.neededBytes(content(blocks, blocks / 64), filesystem))
        .isLessThan(2 * blocks * BLOCK_BYTES + 400 * DiskLayout.MIB);
  }

  @Property
  void whateverTheSizeItEndsBeforeTheReserveOrIsRefused(
      @ForAll RootFilesystem filesystem,
      @ForAll RootImage.Size size,
      @ForAll @LongRange(min = 1, max = 1L << 24) long blocks,
      @ForAll @LongRange(min = 33, max = 1L << 22) long partitionMib) {
    long rootBytes = partitionMib * DiskLayout.MIB;
    DiskLayout layout =
        new DiskLayout(
            ROOT_OFFSET_BYTES + rootBytes + DiskLayout.MIB,
            512,
            new Extent(DiskLayout.MIB, 64 * DiskLayout.MIB),
            new Extent(65 * DiskLayout.MIB, 191 * DiskLayout.MIB),
            new Extent(ROOT_OFFSET_BYTES, rootBytes));
    SourceContent content = content(blocks, blocks / 8 + 1);
    RootImage.extent(content, layout, size, filesystem)
        .peek(
            extent -> {
              assertThat(extent.sizeBytes())
                  .isLessThanOrEqualTo(rootBytes - 32 * DiskLayout.MIB)
                  .isGreaterThanOrEqualTo(RootImage.neededBytes(content, filesystem));
              assertThat(extent.sizeBytes() % DiskLayout.MIB).isZero();
              if (filesystem == RootFilesystem.XFS) {
                long groups = 2 * layout.rootFilesystemLimitBytes() / extent.sizeBytes();
                assertThat(groups).isLessThanOrEqualTo(512);
              }
            })
        .peekLeft(sentence -> assertThat(sentence).contains("MiB"));
  }
}
