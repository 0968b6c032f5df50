package dev.lockstep.initrd.tpm;

import dev.lockstep.initrd.tpm.TpmBinding.SignedPolicy;
import io.vavr.control.Option;
import java.nio.file.Path;

/**
 * What the policy says of keyslots that a device opens.
 *
 * @param signed for the TPM's
 * @param pcrlock for the TPM's
 * @param fido2Device {@code auto} or a device
 * @param pkcs11Uri {@code auto} or a URI
 * @param cardPin the file that holds the PIN of the PKCS#11 token
 */
public record TokenWishes(
    Option<SignedPolicy> signed,
    boolean pcrlock,
    Option<String> fido2Device,
    Option<String> pkcs11Uri,
    Option<Path> cardPin) {

  public static final TokenWishes NONE =
      new TokenWishes(Option.none(), false, Option.none(), Option.none(), Option.none());

  /** Why the TPM's can't be had on this machine, in one sentence. */
  public Option<String> objection() {
    return binding(PcrSelection.of(7)).objection();
  }

  /** What the TPM's keyslot is bound to besides these. */
  public TpmBinding binding(PcrSelection pcrs) {
    return new TpmBinding(pcrs, signed, pcrlock);
  }
}
