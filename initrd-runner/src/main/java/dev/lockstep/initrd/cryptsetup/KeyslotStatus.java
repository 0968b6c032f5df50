package dev.lockstep.initrd.cryptsetup;

/** The library's {@code crypt_keyslot_info}. */
public enum KeyslotStatus {
  INVALID,
  FREE,
  ACTIVE,
  /** The only keyslot left that opens the volume. */
  ACTIVE_LAST,
  /** In use, but not for the volume: the slot of a re-encryption is one. */
  UNBOUND;

  static KeyslotStatus ofCode(int code) {
    return switch (code) {
      case 0 -> INVALID;
      case 1 -> FREE;
      case 2 -> ACTIVE;
      case 3 -> ACTIVE_LAST;
      case 4 -> UNBOUND;
      default -> throw new IllegalArgumentException("no crypt_keyslot_info has the value " + code);
    };
  }
}
