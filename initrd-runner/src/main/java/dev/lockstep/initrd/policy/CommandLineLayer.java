package dev.lockstep.initrd.policy;

import io.vavr.control.Option;
import java.nio.file.Path;

/**
 * What the options of a command say of the policy.
 *
 * @param recoveryKeyOut of --recovery-key-out
 * @param passwordFile of --password-file
 * @param pinFile of --tpm2-pin-file
 * @param maxBoots of --max-boots
 */
public record CommandLineLayer(
    Option<Path> recoveryKeyOut,
    Option<Path> passwordFile,
    Option<Path> pinFile,
    Option<Integer> maxBoots) {

  PolicyLayer layer() {
    PolicyLayer layer = PolicyLayer.EMPTY;
    for (Path file : recoveryKeyOut) {
      layer =
          layer.with(
              Setting.RECOVERY_KEY_FILE, new Value.Text(file.toString()), "--recovery-key-out");
    }
    for (Path file : passwordFile) {
      layer = layer.with(Setting.PASSWORD_FILE, new Value.Text(file.toString()), "--password-file");
    }
    for (Path file : pinFile) {
      layer = layer.with(Setting.TPM2_PIN_FILE, new Value.Text(file.toString()), "--tpm2-pin-file");
    }
    for (int boots : maxBoots) {
      layer = layer.with(Setting.BOOTS_MAX, new Value.Count(boots), "--max-boots");
    }
    return layer;
  }
}
