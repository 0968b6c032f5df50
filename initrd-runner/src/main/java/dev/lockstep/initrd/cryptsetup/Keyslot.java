package dev.lockstep.initrd.cryptsetup;

import java.util.OptionalLong;

/**
 * A keyslot (LUKS2 on-disk format, section 3.2); areas are given in bytes from the header's start.
 */
public sealed interface Keyslot {
  int id();

  /** A binary area of the header that belongs to a keyslot. */
  record Area(String type, long offsetBytes, long sizeBytes) {}

  /** A slot that holds the volume key, encrypted with a passphrase. */
  record Passphrase(int id, int keyBytes, String kdf, Area area) implements Keyslot {}

  /**
   * The slot in which a re-encryption keeps its parameters; it holds no key.
   *
   * @param mode {@code encrypt}, {@code decrypt} or {@code reencrypt}
   * @param direction {@code forward} or {@code backward}
   * @param area its type is the resilience: {@code datashift}, {@code checksum}, …
   * @param shiftBytes by how much the data moves, where it does
   */
  record Reencryption(int id, String mode, String direction, Area area, OptionalLong shiftBytes)
      implements Keyslot {}

  /** A type this reader does not know; kept as it is. */
  record Other(int id, String type) implements Keyslot {}
}
