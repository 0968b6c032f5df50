package dev.lockstep.initrd.tpm;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a systemd tool's failure means. tpm2-tss logs each TPM response code as {@code
 * (0x000001df)}; codes are stable, words are not (TPM 2.0 Library, part 2, 6.6 TPM_RC).
 */
final class ToolErrors {
  private static final Pattern RESPONSE_CODE = Pattern.compile("\\(0x([0-9a-f]{8})\\)");

  private static final int FORMAT_ONE = 0x080;
  private static final int INTEGRITY = 0x1F; // made by another TPM, or damaged
  private static final int POLICY_FAIL = 0x1D; // PCRs differ
  private static final int LOCKOUT = 0x921;

  private ToolErrors() {}

  static TpmFailure classify(String tool, Command.Result result) {
    Matcher codes = RESPONSE_CODE.matcher(result.stderr());
    while (codes.find()) {
      int code = Integer.parseUnsignedInt(codes.group(1), 16) & 0xFFF; // without the layer
      if (code == LOCKOUT) {
        return new TpmFailure.LockedOut("response code 0x921");
      }
      if ((code & FORMAT_ONE) != 0 && (code & 0x3F) == INTEGRITY) {
        return new TpmFailure.WrongTpmOrPcr("not made by this TPM, or damaged");
      }
      if ((code & FORMAT_ONE) != 0 && (code & 0x3F) == POLICY_FAIL) {
        return new TpmFailure.WrongTpmOrPcr("the PCR policy is not met");
      }
    }
    // systemd compares the policy itself first, before it troubles the TPM.
    if (result.stderr().contains("policy digest does not match")) {
      return new TpmFailure.WrongTpmOrPcr("the PCR policy is not met");
    }
    return new TpmFailure.Failed(
        tool + " ended with code " + result.exitCode() + ".", result.stderr());
  }
}
