package dev.lockstep.statemachine.swap;

import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;

/**
 * What was checked, once: which partition it is, and what it was before. Nothing is ever written to
 * one that is not this in every point.
 *
 * @param disk with the partition's own PARTUUID
 * @param offsetBytes where it begins on the disk
 * @param before what undo puts back, empty
 */
public record SwapJob(DiskIdentity disk, long offsetBytes, long sizeBytes, SwapArea before) {

  boolean isOn(SwapSeen seen) {
    return disk.equals(seen.disk())
        && offsetBytes == seen.offsetBytes()
        && sizeBytes == seen.sizeBytes();
  }
}
