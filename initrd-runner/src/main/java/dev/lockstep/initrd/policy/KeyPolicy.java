package dev.lockstep.initrd.policy;

import dev.lockstep.statemachine.firstboot.KeyChoice;
import dev.lockstep.statemachine.firstboot.WhenNoTpm;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Which keys the operator wants, checked: what contradicts itself can't be built.
 *
 * @param choice what the machine has to know of it
 * @param recoveryKeyFile where the recovery key goes
 * @param maxBoots after so many boots without progress the runner stops
 */
public record KeyPolicy(KeyChoice choice, Option<Path> recoveryKeyFile, int maxBoots) {

  /** As many as there is room for in the journal. */
  public static final int STANDARD_BOOTS = 32;

  private static final Map<String, WhenNoTpm> WHEN_NO_TPM =
      Map.of(
          "stop",
          WhenNoTpm.STOP,
          "recovery-only",
          WhenNoTpm.RECOVERY_ONLY,
          "clear",
          WhenNoTpm.CLEAR);

  /** Known, but not to be had from this version: refused, never passed over. */
  private static final Set<Setting> NOT_YET =
      Set.of(
          Setting.TPM2_ENROL,
          Setting.TPM2_PIN,
          Setting.TPM2_PUBLIC_KEY,
          Setting.TPM2_PUBLIC_KEY_PCRS,
          Setting.TPM2_PCRLOCK,
          Setting.RECOVERY_KEY_ANY_MEDIUM,
          Setting.RECOVERY_KEY_SHOW,
          Setting.RECOVERY_KEY_QR,
          Setting.RECOVERY_KEY_ESCROW,
          Setting.PASSWORD_CREDENTIAL,
          Setting.PASSWORD_ASK,
          Setting.KEYFILE_PATH,
          Setting.FIDO2_DEVICE,
          Setting.PKCS11_URI);

  /** What all sources together say; on the left the first thing that can't be had. */
  public static Either<PolicyFault, KeyPolicy> of(PolicyLayer settings) {
    for (Setting setting : Setting.values()) {
      Option<Place> place = settings.place(setting);
      if (place.isDefined() && NOT_YET.contains(setting)) {
        return fault(
            place.get(),
            "%s is not there yet in this version; take it out".formatted(setting.key()));
      }
    }
    for (Setting setting : Set.of(Setting.TPM2_WHEN_ABSENT, Setting.TPM2_WHEN_LOCKED_OUT)) {
      if (whenNoTpm(settings, setting) == WhenNoTpm.RECOVERY_ONLY) {
        return fault(
            settings.place(setting).get(),
            setting.key()
                + ": recovery-only is not there yet in this version; write stop or clear");
      }
    }
    return Either.right(
        new KeyPolicy(
            new KeyChoice(
                settings.pcrs(Setting.TPM2_PCRS),
                whenNoTpm(settings, Setting.TPM2_WHEN_ABSENT),
                whenNoTpm(settings, Setting.TPM2_WHEN_LOCKED_OUT)),
            settings.text(Setting.RECOVERY_KEY_FILE).map(Path::of),
            settings.count(Setting.BOOTS_MAX).getOrElse(STANDARD_BOOTS)));
  }

  private static WhenNoTpm whenNoTpm(PolicyLayer settings, Setting setting) {
    return settings.text(setting).map(WHEN_NO_TPM::get).getOrElse(WhenNoTpm.CLEAR);
  }

  private static <T> Either<PolicyFault, T> fault(Place place, String problem) {
    return Either.left(new PolicyFault(place, problem));
  }
}
