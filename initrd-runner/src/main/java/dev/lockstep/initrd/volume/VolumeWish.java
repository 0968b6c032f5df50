package dev.lockstep.initrd.volume;

/**
 * A further volume that the policy wants encrypted before the root.
 *
 * @param name of its mapping under /dev/mapper, and of its folder on the boot partition
 * @param recoveryKey of a filesystem; means nothing for swap
 */
public record VolumeWish(String name, PartitionName partition, Kind kind, RecoveryKey recoveryKey) {

  /** What is on it. */
  public enum Kind {
    /** Converted in place, like the root. */
    FILESYSTEM,
    /** Given a random key at each boot; what was on it is wiped. No recovery key opens it. */
    SWAP
  }

  /** Which recovery key opens it. */
  public enum RecoveryKey {
    /** The root's. */
    SHARED,
    /** One of its own; its file has the volume's name behind it. */
    OWN
  }

  /** Mapping names that others have: the root's, and device-mapper's own node. */
  private static final java.util.Set<String> TAKEN = java.util.Set.of("root", "control");

  /** Whether a mapping can be called so, and a folder. */
  public static boolean isName(String text) {
    return text.matches("[a-z0-9][a-z0-9_-]{0,31}") && !TAKEN.contains(text);
  }

  public VolumeWish {
    if (!isName(name)) {
      throw new IllegalArgumentException("no name of a volume: " + name);
    }
  }
}
