package dev.lockstep.statemachine.invariant;

/**
 * The boots after a power cut, with no further cut.
 *
 * @param boots how many it took, or were tried
 * @param complete whether the machine came to rest with everything done
 * @param undone whether that is the plain disk again
 * @param contentIsWhole whether the finished volume gives every byte of the filesystem; where it
 *     was undone, whether the disk is as it was installed
 * @param ending in words: how the last boot ended
 */
public record Recovery(
    int boots, boolean complete, boolean undone, boolean contentIsWhole, String ending) {}
