package dev.lockstep.initrd.tpm;

/** Why a TPM operation did not succeed. Never holds a secret. */
public sealed interface TpmFailure {
  /** One clear sentence: what, where, what to do. */
  String message();

  /** The secret is sealed to another TPM, or to PCR values this boot does not have. */
  record WrongTpmOrPcr(String detail) implements TpmFailure {
    @Override
    public String message() {
      return "The TPM refused ("
          + detail
          + "): another TPM, or the firmware state (PCRs) changed; use the recovery key.";
    }
  }

  /** Too many failed authorisations or disorderly shutdowns: wait for the recovery interval. */
  record LockedOut(String detail) implements TpmFailure {
    @Override
    public String message() {
      return "The TPM is in dictionary-attack lockout ("
          + detail
          + "); leave the machine on until it recovers, or use the recovery key.";
    }
  }

  /** A program is not installed. */
  record ToolMissing(String tool, String debianPackage) implements TpmFailure {
    @Override
    public String message() {
      return "The program " + tool + " is missing: install the package " + debianPackage + ".";
    }
  }

  /** Anything else; {@code stderr} is the tool's own words, at most 2048 characters. */
  record Failed(String reason, String stderr) implements TpmFailure {
    @Override
    public String message() {
      return stderr.isBlank() ? reason : reason + " The tool said: " + stderr.strip();
    }
  }
}
