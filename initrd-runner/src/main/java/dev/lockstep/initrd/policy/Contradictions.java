package dev.lockstep.initrd.policy;

import dev.lockstep.initrd.volume.VolumeWish;
import io.vavr.control.Option;
import java.nio.file.Path;
import java.util.List;

/** Settings that are well formed each, and can't be followed together. */
final class Contradictions {

  private Contradictions() {}

  /** The first one. */
  static Option<PolicyFault> in(PolicyLayer settings, Option<Path> credentialsDirectory) {
    return withoutTpm(settings)
        .orElse(() -> signed(settings))
        .orElse(
            () ->
                source(
                    settings,
                    Setting.TPM2_PIN_FILE,
                    Setting.TPM2_PIN_CREDENTIAL,
                    credentialsDirectory))
        .orElse(
            () ->
                source(
                    settings,
                    Setting.PASSWORD_FILE,
                    Setting.PASSWORD_CREDENTIAL,
                    credentialsDirectory))
        .orElse(
            () ->
                source(
                    settings,
                    Setting.PKCS11_PIN_FILE,
                    Setting.PKCS11_PIN_CREDENTIAL,
                    credentialsDirectory))
        .orElse(() -> card(settings))
        .orElse(() -> asked(settings))
        .orElse(() -> keyFile(settings))
        .orElse(() -> handover(settings))
        .orElse(() -> sharedKey(settings));
  }

  /**
   * A power cut may come between two volumes: then the key that both are to have must be read back,
   * or there would be two.
   */
  private static Option<PolicyFault> sharedKey(PolicyLayer settings) {
    boolean readBack =
        settings.place(Setting.RECOVERY_KEY_FILE).isDefined()
            || settings.flag(Setting.RECOVERY_KEY_ANY_MEDIUM).getOrElse(false);
    boolean elsewhere =
        settings.text(Setting.RECOVERY_KEY_SHOW).contains("console")
            || settings.place(Setting.RECOVERY_KEY_ESCROW).isDefined();
    return Option.when(elsewhere && !readBack, settings.volumes())
        .flatMap(
            volumes ->
                Option.ofOptional(
                    volumes.stream()
                        .filter(each -> each.wish().kind() == VolumeWish.Kind.FILESYSTEM)
                        .filter(each -> each.wish().recoveryKey() == VolumeWish.RecoveryKey.SHARED)
                        .findFirst()))
        .map(
            each ->
                new PolicyFault(
                    each.place(),
                    "a shared recovery key must be read back for each volume, and no file is named"
                        + " for it; name one, or set this volume's recovery-key to \"own\""));
  }

  /** systemd's own two ways of following an update: only one can say what is expected. */
  private static Option<PolicyFault> signed(PolicyLayer settings) {
    boolean key = settings.place(Setting.TPM2_PUBLIC_KEY).isDefined();
    if (!key && settings.place(Setting.TPM2_PUBLIC_KEY_PCRS).isDefined()) {
      return fault(
          settings, Setting.TPM2_PUBLIC_KEY_PCRS, "means nothing without tpm2.public-key; name it");
    }
    return key && settings.flag(Setting.TPM2_PCRLOCK).getOrElse(false)
        ? fault(settings, Setting.TPM2_PCRLOCK, "and tpm2.public-key are both given; take one out")
        : Option.none();
  }

  private static Option<PolicyFault> card(PolicyLayer settings) {
    boolean card = settings.place(Setting.PKCS11_URI).isDefined();
    boolean file = settings.place(Setting.PKCS11_PIN_FILE).isDefined();
    boolean pin = file || settings.place(Setting.PKCS11_PIN_CREDENTIAL).isDefined();
    if (pin && !card) {
      return fault(
          settings,
          file ? Setting.PKCS11_PIN_FILE : Setting.PKCS11_PIN_CREDENTIAL,
          "means nothing without pkcs11.uri; name it");
    }
    if (card && !pin) {
      return fault(
          settings, Setting.PKCS11_URI, "needs the card's PIN; name it with pkcs11.pin-file");
    }
    return settings.text(Setting.PKCS11_URI).exists(uri -> uri.contains("pin-value"))
        ? fault(
            settings, Setting.PKCS11_URI, "holds a PIN, which would be seen in the process list")
        : Option.none();
  }

  /** The operator must know that nothing resumes by itself then, and have more than one key. */
  private static Option<PolicyFault> withoutTpm(PolicyLayer settings) {
    if (settings.flag(Setting.TPM2_ENROL).getOrElse(true)) {
      return Option.none();
    }
    for (Setting setting :
        List.of(
            Setting.TPM2_PCRS,
            Setting.TPM2_PIN_FILE,
            Setting.TPM2_PIN_CREDENTIAL,
            Setting.TPM2_PUBLIC_KEY,
            Setting.TPM2_PUBLIC_KEY_PCRS,
            Setting.TPM2_PCRLOCK,
            Setting.TPM2_WHEN_ABSENT,
            Setting.TPM2_WHEN_LOCKED_OUT)) {
      if (settings.place(setting).isDefined()) {
        return fault(settings, setting, "means nothing where tpm2.enrol is false; take one out");
      }
    }
    boolean another =
        settings.flag(Setting.PASSWORD_ASK).getOrElse(false)
            || List.of(
                    Setting.PASSWORD_FILE,
                    Setting.PASSWORD_CREDENTIAL,
                    Setting.KEYFILE_PATH,
                    Setting.FIDO2_DEVICE,
                    Setting.PKCS11_URI)
                .stream()
                .anyMatch(setting -> settings.place(setting).isDefined());
    return another
        ? Option.none()
        : fault(
            settings,
            Setting.TPM2_ENROL,
            "leaves the recovery key as the only key; add a password, a key file or a security key");
  }

  /** A secret comes from a file or from a credential that systemd passed on. */
  private static Option<PolicyFault> source(
      PolicyLayer settings, Setting file, Setting named, Option<Path> credentialsDirectory) {
    Option<String> credential = settings.text(named);
    if (credential.isEmpty()) {
      return Option.none();
    }
    if (settings.place(file).isDefined()) {
      return fault(settings, named, "and " + file.key() + " are both given; take one out");
    }
    if (!credential.get().matches("[A-Za-z0-9_.-]+") || credential.get().matches("\\.{1,2}")) {
      return fault(settings, named, "is no name that a credential can have");
    }
    return credentialsDirectory.isDefined()
        ? Option.none()
        : fault(
            settings,
            named,
            "names a credential, and systemd passed none on ($CREDENTIALS_DIRECTORY is not set)");
  }

  private static Option<PolicyFault> asked(PolicyLayer settings) {
    boolean brought =
        settings.place(Setting.PASSWORD_FILE).isDefined()
            || settings.place(Setting.PASSWORD_CREDENTIAL).isDefined();
    return brought && settings.flag(Setting.PASSWORD_ASK).getOrElse(false)
        ? fault(
            settings, Setting.PASSWORD_ASK, "and a password that is there already; take one out")
        : Option.none();
  }

  private static Option<PolicyFault> keyFile(PolicyLayer settings) {
    Option<Path> keyFile = settings.text(Setting.KEYFILE_PATH).map(Contradictions::absolute);
    Option<Path> recovery = settings.text(Setting.RECOVERY_KEY_FILE).map(Contradictions::absolute);
    return keyFile.isDefined() && keyFile.equals(recovery)
        ? fault(settings, Setting.KEYFILE_PATH, "is where the recovery key goes; name another file")
        : Option.none();
  }

  /** Where the recovery key goes must be said once, and in one way. */
  private static Option<PolicyFault> handover(PolicyLayer settings) {
    boolean named = settings.place(Setting.RECOVERY_KEY_FILE).isDefined();
    boolean any = settings.flag(Setting.RECOVERY_KEY_ANY_MEDIUM).getOrElse(false);
    Option<String> show = settings.text(Setting.RECOVERY_KEY_SHOW);
    boolean shown = show.exists(where -> !where.equals("file"));
    if (named && any) {
      return fault(
          settings,
          Setting.RECOVERY_KEY_ANY_MEDIUM,
          "and " + Setting.RECOVERY_KEY_FILE.key() + " are both given; take one out");
    }
    if (show.contains("console") && (named || any)) {
      return fault(
          settings,
          Setting.RECOVERY_KEY_SHOW,
          "says that the key goes to no file, and a file is named for it; say \"both\"");
    }
    if (show.contains("both") && !named && !any) {
      return fault(
          settings, Setting.RECOVERY_KEY_SHOW, "says that it goes to a file, too; name the file");
    }
    return settings.flag(Setting.RECOVERY_KEY_QR).getOrElse(false) && !shown
        ? fault(
            settings,
            Setting.RECOVERY_KEY_QR,
            "draws on the console, where nothing is shown; set recovery-key.show")
        : Option.none();
  }

  private static Path absolute(String path) {
    return Path.of(path).toAbsolutePath().normalize();
  }

  private static Option<PolicyFault> fault(PolicyLayer settings, Setting setting, String problem) {
    return settings
        .place(setting)
        .map(place -> new PolicyFault(place, setting.key() + " " + problem));
  }
}
