package dev.lockstep.statemachine.port;

/**
 * Names a TPM, so that another one, and the same one after it was cleared, can be told from it
 * later. Salted digests: two disks that one TPM opens can't be brought together by them.
 *
 * @param endorsement what a clear leaves as it is: of the endorsement key's public part
 * @param storage what a clear makes anew, and all that was sealed goes with it: of the storage
 *     root's public part
 */
public record TpmIdentity(String endorsement, String storage) {

  /** Where there is no TPM, or one that does not tell, and in journals from before it was told. */
  public static final TpmIdentity NOT_TOLD = new TpmIdentity("", "");

  public boolean wasTold() {
    return !equals(NOT_TOLD);
  }
}
