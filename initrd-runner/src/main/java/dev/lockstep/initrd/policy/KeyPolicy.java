package dev.lockstep.initrd.policy;

import dev.lockstep.initrd.handover.HandoverPlan;
import dev.lockstep.initrd.tpm.PcrSelection;
import dev.lockstep.initrd.tpm.TokenWishes;
import dev.lockstep.initrd.tpm.TpmBinding.SignedPolicy;
import dev.lockstep.initrd.volume.VolumeWish;
import dev.lockstep.statemachine.firstboot.BehindWindow;
import dev.lockstep.statemachine.firstboot.KeyChoice;
import dev.lockstep.statemachine.firstboot.Policy;
import dev.lockstep.statemachine.firstboot.WhenNoTpm;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which keys the operator wants, checked: what contradicts itself can't be built.
 *
 * @param choice what the machine has to know of it
 * @param handover where the recovery key goes
 * @param passwordFile what the password's slot is made of, if there is to be one
 * @param asksPassword whether it is typed instead
 * @param keyFile likewise
 * @param pinFile what the TPM asks for besides its PCRs, if it is to
 * @param tokens what slots that a device opens are made of
 * @param volumes what is encrypted besides the root, and before it
 * @param rest what becomes of what lies behind the volume
 * @param maxBoots after so many boots without progress the runner stops
 */
public record KeyPolicy(
    KeyChoice choice,
    HandoverPlan handover,
    Option<Path> passwordFile,
    boolean asksPassword,
    Option<Path> keyFile,
    Option<Path> pinFile,
    TokenWishes tokens,
    List<VolumeWish> volumes,
    BehindWindow rest,
    int maxBoots) {

  /** As many as there is room for in the journal. */
  public static final int STANDARD_BOOTS = 32;

  /** Where a unified kernel image is measured, and its signature is about. */
  private static final List<Integer> STANDARD_SIGNED_PCRS = List.of(11);

  private static final Map<String, WhenNoTpm> WHEN_NO_TPM =
      Map.of(
          "stop",
          WhenNoTpm.STOP,
          "recovery-only",
          WhenNoTpm.RECOVERY_ONLY,
          "clear",
          WhenNoTpm.CLEAR);

  private static final Map<String, BehindWindow> REST =
      Map.of("keep", BehindWindow.KEEP, "discard", BehindWindow.DISCARD, "wipe", BehindWindow.WIPE);

  /** What all sources together say; on the left the first thing that can't be had. */
  public static Either<PolicyFault, KeyPolicy> of(
      PolicyLayer settings, Option<Path> credentialsDirectory) {
    Option<PolicyFault> fault = Contradictions.in(settings, credentialsDirectory);
    if (fault.isDefined()) {
      return Either.left(fault.get());
    }
    Option<Path> password =
        source(settings, Setting.PASSWORD_FILE, Setting.PASSWORD_CREDENTIAL, credentialsDirectory);
    Option<Path> pin =
        source(settings, Setting.TPM2_PIN_FILE, Setting.TPM2_PIN_CREDENTIAL, credentialsDirectory);
    boolean asks = settings.flag(Setting.PASSWORD_ASK).getOrElse(false);
    Option<Path> keyFile = settings.text(Setting.KEYFILE_PATH).map(Path::of);
    return Either.right(
        new KeyPolicy(
            new KeyChoice(
                slots(settings, asks || password.isDefined(), keyFile.isDefined(), pin.isDefined()),
                settings.pcrs(Setting.TPM2_PCRS),
                whenNoTpm(settings, Setting.TPM2_WHEN_ABSENT),
                whenNoTpm(settings, Setting.TPM2_WHEN_LOCKED_OUT)),
            handover(settings),
            password,
            asks,
            keyFile,
            pin,
            tokens(settings, credentialsDirectory),
            settings.volumes().stream().map(VolumeTables.Given::wish).toList(),
            settings.text(Setting.WINDOW_REST).map(REST::get).getOrElse(Policy.STANDARD_REST),
            settings.count(Setting.BOOTS_MAX).getOrElse(STANDARD_BOOTS)));
  }

  private static HandoverPlan handover(PolicyLayer settings) {
    return new HandoverPlan(
        settings.text(Setting.RECOVERY_KEY_FILE).map(Path::of),
        settings.flag(Setting.RECOVERY_KEY_ANY_MEDIUM).getOrElse(false),
        settings.text(Setting.RECOVERY_KEY_SHOW).exists(show -> !show.equals("file")),
        settings.flag(Setting.RECOVERY_KEY_QR).getOrElse(false),
        settings.text(Setting.RECOVERY_KEY_ESCROW).map(Path::of));
  }

  private static Option<Path> source(
      PolicyLayer settings, Setting file, Setting credential, Option<Path> directory) {
    return settings
        .text(file)
        .map(Path::of)
        .orElse(
            () ->
                settings
                    .text(credential)
                    .flatMap(name -> directory.map(folder -> folder.resolve(name))));
  }

  private static List<Slot> slots(
      PolicyLayer settings, boolean password, boolean keyFile, boolean pin) {
    List<Slot> slots = new ArrayList<>();
    if (settings.flag(Setting.TPM2_ENROL).getOrElse(true)) {
      slots.add(pin ? Slot.TPM2_PIN : Slot.TPM2);
    }
    slots.add(Slot.RECOVERY); // always: a firmware update may take any other key away
    if (password) {
      slots.add(Slot.PASSWORD);
    }
    if (keyFile) {
      slots.add(Slot.KEYFILE);
    }
    settings.text(Setting.FIDO2_DEVICE).forEach(_ -> slots.add(Slot.FIDO2));
    settings.text(Setting.PKCS11_URI).forEach(_ -> slots.add(Slot.PKCS11));
    return slots;
  }

  private static TokenWishes tokens(PolicyLayer settings, Option<Path> credentialsDirectory) {
    List<Integer> signedPcrs =
        settings.pcrs(Setting.TPM2_PUBLIC_KEY_PCRS).getOrElse(STANDARD_SIGNED_PCRS);
    return new TokenWishes(
        settings
            .text(Setting.TPM2_PUBLIC_KEY)
            .map(
                key -> new SignedPolicy(Path.of(key), new PcrSelection(new TreeSet<>(signedPcrs)))),
        settings.flag(Setting.TPM2_PCRLOCK).getOrElse(false),
        settings.text(Setting.FIDO2_DEVICE),
        settings.text(Setting.PKCS11_URI),
        source(
            settings,
            Setting.PKCS11_PIN_FILE,
            Setting.PKCS11_PIN_CREDENTIAL,
            credentialsDirectory));
  }

  private static WhenNoTpm whenNoTpm(PolicyLayer settings, Setting setting) {
    return settings.text(setting).map(WHEN_NO_TPM::get).getOrElse(WhenNoTpm.CLEAR);
  }
}
