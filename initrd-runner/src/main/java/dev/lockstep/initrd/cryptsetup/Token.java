package dev.lockstep.initrd.cryptsetup;

import java.util.Set;

/**
 * How a passphrase is come by, such as {@code systemd-tpm2} (LUKS2 on-disk format, section 3.5).
 */
public record Token(int id, String type, Set<Integer> keyslots) {
  public Token {
    keyslots = Set.copyOf(keyslots);
  }
}
