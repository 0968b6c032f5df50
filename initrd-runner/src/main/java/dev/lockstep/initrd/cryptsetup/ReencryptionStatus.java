package dev.lockstep.initrd.cryptsetup;

/**
 * The library's {@code crypt_reencrypt_info}. It does not know a conversion that is done but not
 * finalised: {@link Luks2State} does.
 */
public enum ReencryptionStatus {
  NONE,
  /** Under way, between two steps. */
  CLEAN,
  /** Cut within a step: recover first. */
  CRASH,
  INVALID;

  static ReencryptionStatus ofCode(int code) {
    return switch (code) {
      case 0 -> NONE;
      case 1 -> CLEAN;
      case 2 -> CRASH;
      case 3 -> INVALID;
      default ->
          throw new IllegalArgumentException("no crypt_reencrypt_info has the value " + code);
    };
  }
}
