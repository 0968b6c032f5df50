package dev.lockstep.statemachine.port;

import java.io.IOException;

/** Facts about the machine, gathered without writing anything. */
public interface Surroundings {

  /** What use the TPM is now; telling spends none of its tries. */
  enum TpmHealth {
    READY,
    ABSENT,
    /** In dictionary-attack lockout, or so near it that a first boot could bring it there. */
    LOCKED_OUT,
    /** There, but busy or broken. */
    SILENT
  }

  /**
   * What preflight checks.
   *
   * @param tpmSentence why it is not ready, for the operator
   */
  record Facts(
      DiskIdentity disk,
      long partitionBytes,
      String cryptsetupVersion,
      TpmHealth tpm,
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
