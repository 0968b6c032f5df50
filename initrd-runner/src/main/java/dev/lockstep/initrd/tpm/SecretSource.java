package dev.lockstep.initrd.tpm;

import java.lang.foreign.MemorySegment;

/**
 * Where a secret comes from. The owner wipes it; this package only copies it into locked memory.
 */
@FunctionalInterface
public interface SecretSource {
  /** The secret's bytes, valid for the length of the call it is handed to. 1 to 4096 bytes. */
  MemorySegment bytes();
}
