package dev.lockstep.statemachine.port;

import java.io.IOException;

/** Facts about the machine, gathered without writing anything. */
public interface Surroundings {

  /** What preflight checks. */
  record Facts(
      DiskIdentity disk,
      long partitionBytes,
      String cryptsetupVersion,
      boolean tpmUsable,
      String tpmSentence,
      long bootFreeBytes,
      boolean onBattery) {}

  /**
   * The disk by what it is, never by a path that changes between boots.
   *
   * @param diskId serial number, or the GPT disk GUID where there is none
   * @param partitionUuid the root partition's PARTUUID
   */
  record DiskIdentity(String diskId, String partitionUuid) {}

  Facts look() throws IOException;
}
