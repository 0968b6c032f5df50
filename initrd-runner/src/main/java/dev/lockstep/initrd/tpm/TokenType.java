package dev.lockstep.initrd.tpm;

/** The LUKS2 tokens that systemd-cryptenroll makes. */
public enum TokenType {
  TPM2("systemd-tpm2"),
  FIDO2("systemd-fido2"),
  PKCS11("systemd-pkcs11");

  private final String text;

  TokenType(String text) {
    this.text = text;
  }

  /** As the token's JSON has it. */
  public String text() {
    return text;
  }
}
