package dev.lockstep.initrd.tpm;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a TPM2 keyslot is bound to; all of it must hold for the TPM to open it.
 *
 * @param pcrs whose values now are asked for
 * @param signed a policy that whoever holds the key may change by signing another
 * @param pcrlock whether systemd's own policy of expected measurements is asked for, too
 */
public record TpmBinding(PcrSelection pcrs, Option<SignedPolicy> signed, boolean pcrlock) {

  /** The first systemd that has systemd-pcrlock. */
  public static final int PCRLOCK_SINCE = 255;

  /** Where systemd-pcrlock leaves its policy, and systemd looks for it (systemd-pcrlock(8)). */
  private static final List<Path> PCRLOCK_PLACES =
      List.of(Path.of("/run/systemd/pcrlock.json"), Path.of("/var/lib/systemd/pcrlock.json"));

  /** Where systemd looks for the signature when a volume is opened (systemd-cryptenroll(1)). */
  private static final List<Path> SIGNATURE_PLACES =
      List.of(
          Path.of("/etc/systemd/tpm2-pcr-signature.json"),
          Path.of("/run/systemd/tpm2-pcr-signature.json"),
          Path.of("/usr/lib/systemd/tpm2-pcr-signature.json"));

  /**
   * PCR values that are signed.
   *
   * @param publicKey in PEM, whose private key signs
   * @param pcrs the PCRs whose values are signed
   */
  public record SignedPolicy(Path publicKey, PcrSelection pcrs) {}

  static TpmBinding to(PcrSelection pcrs) {
    return new TpmBinding(pcrs, Option.none(), false);
  }

  /** Options of systemd-cryptenroll, of this version. */
  List<String> arguments(int systemdVersion) {
    List<String> words = new ArrayList<>(List.of(pcrs.argument()));
    if (signed.isDefined()) {
      words.add("--tpm2-public-key=" + signed.get().publicKey().toAbsolutePath());
      words.add(signed.get().pcrs().argument().replace("--tpm2-pcrs=", "--tpm2-public-key-pcrs="));
    } else {
      // Or a public key that lies in /etc or /run would add a policy nobody asked for.
      words.add("--tpm2-public-key-pcrs=");
    }
    if (systemdVersion >= PCRLOCK_SINCE) {
      // Likewise a policy of systemd-pcrlock's.
      words.add(
          "--tpm2-pcrlock="
              + (pcrlock ? existing(PCRLOCK_PLACES).map(Path::toString).getOrElse("") : ""));
    }
    return words;
  }

  /** Why it can't be had on this machine, in one sentence, before anything is written. */
  public Option<String> objection() {
    return objection(SystemdVersion.found(), SIGNATURE_PLACES, PCRLOCK_PLACES);
  }

  Option<String> objection(
      Either<TpmFailure, Integer> systemd, List<Path> signatures, List<Path> policies) {
    if (signed.exists(policy -> !Files.isReadable(policy.publicKey()))) {
      return Option.some(
          "The public key "
              + signed.get().publicKey()
              + " of the signed PCR policy can't be read; check tpm2.public-key.");
    }
    if (signed.isDefined() && existing(signatures).isEmpty()) {
      return Option.some(
          "No signature of PCR values is there (tpm2-pcr-signature.json in /etc/systemd,"
              + " /run/systemd or /usr/lib/systemd), so the TPM would open nothing; boot an image"
              + " that brings one.");
    }
    if (!pcrlock) {
      return Option.none();
    }
    if (systemd.isLeft()) {
      return Option.some(systemd.getLeft().message());
    }
    if (systemd.get() < PCRLOCK_SINCE) {
      return Option.some(
          "tpm2.pcrlock needs systemd %d or later, and this is %d; take it out of the policy."
              .formatted(PCRLOCK_SINCE, systemd.get()));
    }
    return existing(policies).isDefined()
        ? Option.none()
        : Option.some(
            "No policy of systemd-pcrlock is there (pcrlock.json in /run/systemd or"
                + " /var/lib/systemd); make one with systemd-pcrlock make-policy.");
  }

  private static Option<Path> existing(List<Path> places) {
    return Option.ofOptional(places.stream().filter(Files::isReadable).findFirst());
  }
}
