package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.Sector;
import io.vavr.control.Option;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** How far a filesystem is on its way to its volume's end, as its superblock tells. */
enum GrowthStep {
  /** Of the old size; its log is empty, or is of no account. */
  MOUNTED,
  /** Of the old size; its log says otherwise, and whoever mounts it next obeys. */
  LOGGED,
  /** Of the new size, and mounted still. */
  GROWN,
  /** Of the new size. */
  CLOSED;

  private static final String LOG_HOLDS_IT = "its log holds a growth\n";

  static Option<GrowthStep> of(Layout layout, Sector superblock) {
    for (GrowthStep step : values()) {
      if (superblock.equals(step.superblock(layout))) {
        return Option.some(step);
      }
    }
    return Option.none();
  }

  Sector superblock(Layout layout) {
    int sectors = endSector(layout);
    return switch (this) {
      case MOUNTED -> PlainFilesystem.mounted(layout, layout.filesystemSectors(), "");
      case LOGGED -> PlainFilesystem.mounted(layout, layout.filesystemSectors(), LOG_HOLDS_IT);
      case GROWN -> PlainFilesystem.mounted(layout, sectors, "");
      case CLOSED -> PlainFilesystem.grownSuperblock(layout);
    };
  }

  /** Whether it is of the new size to whoever mounts it. */
  boolean isGrown() {
    return this != MOUNTED;
  }

  /** The first one behind the volume. */
  static int endSector(Layout layout) {
    return layout.partitionSectors() - layout.shiftSectors();
  }

  /** What the filesystem puts where it has grown to: it can't do without. */
  static Sector block(int logical) {
    return Sector.of(("written after it grew: " + logical).getBytes(StandardCharsets.US_ASCII));
  }

  /** Whether all that it has grown into is there. */
  static boolean isWhole(Layout layout, IntFunction<Sector> logical) {
    return IntStream.range(layout.filesystemSectors(), endSector(layout))
        .allMatch(at -> logical.apply(at).equals(block(at)));
  }
}
