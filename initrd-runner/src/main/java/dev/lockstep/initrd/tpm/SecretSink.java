package dev.lockstep.initrd.tpm;

import java.lang.foreign.MemorySegment;

/** Where an unsealed secret goes. */
@FunctionalInterface
public interface SecretSink {
  /** Called once. The segment is locked memory that is wiped as soon as this returns: copy it. */
  void accept(MemorySegment secret);
}
