package dev.lockstep.installer.source;

/**
 * Type, permissions and owner of a file.
 *
 * @param mode as in stat(2), type bits included
 * @param uid 0 to 2³²-2
 * @param gid 0 to 2³²-2
 */
public record Owner(int mode, long uid, long gid) {}
