package dev.lockstep.initrd.policy;

import io.vavr.control.Option;
import java.util.Arrays;

/** Every setting there is, under the name that the policy file has for it. */
enum Setting {
  TPM2_ENROL("tpm2.enrol", Shape.flag()),
  TPM2_PCRS("tpm2.pcrs", Shape.pcrs()),
  TPM2_WHEN_ABSENT("tpm2.when-absent", Shape.word("stop", "recovery-only", "clear")),
  TPM2_WHEN_LOCKED_OUT("tpm2.when-locked-out", Shape.word("stop", "recovery-only", "clear")),
  TPM2_PIN_FILE("tpm2.pin-file", Shape.text("a path")),
  TPM2_PIN_CREDENTIAL("tpm2.pin-credential", Shape.text("the name of a credential")),
  TPM2_PUBLIC_KEY("tpm2.public-key", Shape.text("a path")),
  TPM2_PUBLIC_KEY_PCRS("tpm2.public-key-pcrs", Shape.pcrs()),
  TPM2_PCRLOCK("tpm2.pcrlock", Shape.flag()),
  RECOVERY_KEY_FILE("recovery-key.file", Shape.text("a path")),
  RECOVERY_KEY_ANY_MEDIUM("recovery-key.any-medium", Shape.flag()),
  RECOVERY_KEY_SHOW("recovery-key.show", Shape.word("file", "console", "both")),
  RECOVERY_KEY_QR("recovery-key.qr", Shape.flag()),
  RECOVERY_KEY_ESCROW("recovery-key.escrow", Shape.text("a path")),
  PASSWORD_FILE("password.file", Shape.text("a path")),
  PASSWORD_CREDENTIAL("password.credential", Shape.text("the name of a credential")),
  PASSWORD_ASK("password.ask", Shape.flag()),
  KEYFILE_PATH("keyfile.path", Shape.text("a path")),
  FIDO2_DEVICE("fido2.device", Shape.text("a device, or auto")),
  PKCS11_URI("pkcs11.uri", Shape.text("a PKCS#11 URI, or auto")),
  PKCS11_PIN_FILE("pkcs11.pin-file", Shape.text("a path")),
  PKCS11_PIN_CREDENTIAL("pkcs11.pin-credential", Shape.text("the name of a credential")),
  WINDOW_REST("window.rest", Shape.word("keep", "discard", "wipe")),
  BOOTS_MAX("boots.max", Shape.count(1, 10_000)),
  BOOTS_SKIP_KEY_SECONDS("boots.skip-key-seconds", Shape.count(0, 600));

  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // a function of its argument alone
  private final Shape shape;

  Setting(String key, Shape shape) {
    this.key = key;
    this.shape = shape;
  }

  String key() {
    return key;
  }

  Shape shape() {
    return shape;
  }

  String table() {
    return key.substring(0, key.indexOf('.'));
  }

  static Option<Setting> named(String key) {
    return Option.ofOptional(
        Arrays.stream(values()).filter(setting -> setting.key.equals(key)).findFirst());
  }

  static boolean isTable(String name) {
    return Arrays.stream(values()).anyMatch(setting -> setting.table().equals(name));
  }
}
