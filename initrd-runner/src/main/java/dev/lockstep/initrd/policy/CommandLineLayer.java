package dev.lockstep.initrd.policy;

import io.vavr.control.Option;
import java.nio.file.Path;

/**
 * What the options of a command say of the policy.
 *
 * @param recoveryKeyOut of --recovery-key-out
 * @param passwordFile of --password-file
 * @param maxBoots of --max-boots
 */
public record CommandLineLayer(
    Option<Path> recoveryKeyOut, Option<Path> passwordFile, Option<Integer> maxBoots) {

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
    for (int boots : maxBoots) {
      layer = layer.with(Setting.BOOTS_MAX, new Value.Count(boots), "--max-boots");
    }
    return layer;
  }
}
