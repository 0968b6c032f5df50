package dev.lockstep.statemachine.invariant;

/**
 * The boots after a power cut, with no further cut.
 *
 * @param boots how many it took, or were tried
 * @param complete whether the machine came to rest with everything done
 * @param contentIsWhole whether the finished volume gives every byte of the filesystem
 * @param ending in words: how the last boot ended
 */
public record Recovery(int boots, boolean complete, boolean contentIsWhole, String ending) {}
