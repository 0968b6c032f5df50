package dev.lockstep.statemachine.boot;

/** Who opens a volume at boot, as the unlocking options of crypttab(5) name it. */
public enum Opener {
  TPM2("tpm2-device=auto"),
  FIDO2("fido2-device=auto"),
  PKCS11("pkcs11-uri=auto"),
  /** Without such an option systemd asks for a key at once, and waits for no device. */
  PERSON("luks");

  private final String option;

  Opener(String option) {
    this.option = option;
  }

  /** The option; {@code luks} where there is none, since a field can't be empty. */
  public String option() {
    return option;
  }
}
