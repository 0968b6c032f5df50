package dev.lockstep.initrd.cryptsetup;

import java.io.IOException;

/** A keyslot was to be destroyed that may be the only way to the data; it was not touched. */
public final class ProtectedKeyslotException extends IOException {
  private static final long serialVersionUID = 1L;

  ProtectedKeyslotException(int slot, String reason) {
    super("keyslot " + slot + " is kept: " + reason);
  }
}
