package dev.lockstep.initrd.handover;

import io.vavr.control.Option;
import java.nio.file.Path;

/**
 * Where the policy wants the recovery key to go; anywhere between nowhere and everywhere.
 *
 * @param file on a medium of the operator's
 * @param anyMedium to a file on the first removable medium that can be written to
 * @param console shown to whoever sits at the terminal or console
 * @param qrCode there, as a QR code too
 * @param escrowCertificate whose public key it is encrypted to, onto the boot partition
 */
public record HandoverPlan(
    Option<Path> file,
    boolean anyMedium,
    boolean console,
    boolean qrCode,
    Option<Path> escrowCertificate) {

  /** The same places, the file's name with this behind it. */
  public HandoverPlan named(String volume) {
    return new HandoverPlan(
        file.map(path -> path.resolveSibling(path.getFileName() + "." + volume)),
        anyMedium,
        console,
        qrCode,
        escrowCertificate);
  }

  /** To a file only, or nowhere. */
  public static HandoverPlan toFile(Option<Path> file) {
    return new HandoverPlan(file, false, false, false, Option.none());
  }
}
