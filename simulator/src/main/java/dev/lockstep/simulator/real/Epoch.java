package dev.lockstep.simulator.real;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a power cut between two syncs may find, of one recorded run.
 *
 * @param sync the one that ends it, in words
 * @param isSettled whether the plain filesystem had its last change before
 * @param step the last one begun before its end
 * @param root sectors of the root partition that no sync has flushed before this one's end
 * @param rootIsMounted the kernel's own journal orders the writes then: all of them, or none
 * @param flushesRoot whether {@code root} is durable after the sync
 * @param boot sectors of the boot partition that changed between the syncs
 * @param tpm the TPM's state folder at both ends
 * @param key the recovery key's file at both ends
 */
record Epoch(
    String sync,
    boolean isSettled,
    String step,
    SectorWrites root,
    boolean rootIsMounted,
    boolean flushesRoot,
    SectorWrites boot,
    BothEnds tpm,
    BothEnds key) {

  /** A copy at either end; none where there was nothing yet. */
  record BothEnds(Optional<Path> before, Optional<Path> after) {

    boolean differ() {
      return !before.equals(after);
    }
  }

  boolean changesNothing() {
    return root.isEmpty() && boot.isEmpty() && !tpm.differ() && !key.differ();
  }
}
