package dev.lockstep.statemachine.firstboot;

/**
 * What the operator fixed before.
 *
 * @param shiftBytes room of the LUKS2 header, and size of a hot zone: 16 MiB on real disks
 * @param bootRoomBytes free on the boot partition before the first write
 * @param bootsWithoutProgress after so many the runner stops and asks for a person
 * @param goal of this run
 * @param keys what opens the volume afterwards
 * @param operatorsKeyGiven whether a conversion can go on with a key of the operator's
 * @param role what the volume is to its machine
 * @param rest what becomes of what lies behind the window
 */
public record Policy(
    long shiftBytes,
    long bootRoomBytes,
    int bootsWithoutProgress,
    Goal goal,
    KeyChoice keys,
    boolean operatorsKeyGiven,
    Role role,
    BehindWindow rest) {

  /**
   * What is cleared is gone, and that it is nobody's is told by a superblock alone: the promise to
   * lose nothing goes before tidiness, so whoever wants it asks for it.
   */
  public static final BehindWindow STANDARD_REST = BehindWindow.KEEP;

  private static final long MEBIBYTE = 1 << 20;

  /** Two header files of 16 MiB, and journals of 32 boots at 640 KiB. */
  public static final Policy STANDARD = new Policy(16 * MEBIBYTE, 56 * MEBIBYTE, 32, Goal.ENCRYPT);

  /** With the keys that are standard. */
  public Policy(long shiftBytes, long bootRoomBytes, int bootsWithoutProgress, Goal goal) {
    this(shiftBytes, bootRoomBytes, bootsWithoutProgress, goal, KeyChoice.STANDARD);
  }

  /** Of the root, and with the rest as is standard. */
  public Policy(
      long shiftBytes,
      long bootRoomBytes,
      int bootsWithoutProgress,
      Goal goal,
      KeyChoice keys,
      boolean operatorsKeyGiven) {
    this(
        shiftBytes,
        bootRoomBytes,
        bootsWithoutProgress,
        goal,
        keys,
        operatorsKeyGiven,
        Role.ROOT,
        STANDARD_REST);
  }

  /** Where the operator gave no key. */
  public Policy(
      long shiftBytes, long bootRoomBytes, int bootsWithoutProgress, Goal goal, KeyChoice keys) {
    this(shiftBytes, bootRoomBytes, bootsWithoutProgress, goal, keys, false);
  }

  public Policy with(Goal wanted) {
    return new Policy(
        shiftBytes,
        bootRoomBytes,
        bootsWithoutProgress,
        wanted,
        keys,
        operatorsKeyGiven,
        role,
        rest);
  }

  public Policy with(KeyChoice wanted) {
    return new Policy(
        shiftBytes,
        bootRoomBytes,
        bootsWithoutProgress,
        goal,
        wanted,
        operatorsKeyGiven,
        role,
        rest);
  }

  /** With a key of the operator's at hand. */
  public Policy withOperatorsKey() {
    return new Policy(
        shiftBytes, bootRoomBytes, bootsWithoutProgress, goal, keys, true, role, rest);
  }

  /** Of such a volume. */
  public Policy with(Role wanted) {
    return new Policy(
        shiftBytes,
        bootRoomBytes,
        bootsWithoutProgress,
        goal,
        keys,
        operatorsKeyGiven,
        wanted,
        rest);
  }

  public Policy with(BehindWindow wanted) {
    return new Policy(
        shiftBytes,
        bootRoomBytes,
        bootsWithoutProgress,
        goal,
        keys,
        operatorsKeyGiven,
        role,
        wanted);
  }
}
