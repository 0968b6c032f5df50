package dev.lockstep.simulator.install;

import dev.lockstep.installer.partition.DiskLayout;
import dev.lockstep.installer.partition.Extent;
import dev.lockstep.statemachine.port.Digest;
import java.nio.charset.StandardCharsets;

/**
 * What the operator may ask for: another boot filesystem, another source, other sizes. In MiB, as
 * the real layout has it:
 *
 * <pre>
 *         0     1     2     3     4     5     6     7     8     9     10
 *   VFAT  | GPT | ESP       | boot      | root      : reserve   | GPT |
 *   EXT4  | GPT | ESP       | boot            | root      : res.| GPT |
 * </pre>
 */
enum Request {
  VFAT(2, 4),
  EXT4(3, 3);

  static final int DISK_SECTORS = 10 * 2048;

  private static final long MIB = DiskLayout.MIB;
  private static final int SECTOR_BYTES = 512;

  private final int bootMib;
  private final int rootMib;

  Request(int bootMib, int rootMib) {
    this.bootMib = bootMib;
    this.rootMib = rootMib;
  }

  DiskLayout layout() {
    return new DiskLayout(
        10 * MIB,
        SECTOR_BYTES,
        new Extent(MIB, 2 * MIB),
        new Extent(3 * MIB, bootMib * MIB),
        new Extent((3 + bootMib) * MIB, rootMib * MIB));
  }

  /** The root filesystem ends before the reserve. */
  Extent rootFilesystem() {
    return new Extent(layout().root().offsetBytes(), 2 * MIB);
  }

  Digest digest() {
    return Digest.of(name().getBytes(StandardCharsets.UTF_8));
  }
}
