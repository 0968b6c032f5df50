package dev.lockstep.simulator.example;

import dev.lockstep.statemachine.port.Keys.KeyRefused;
import java.io.IOException;

/**
 * The order of steps of openSUSE's disk-encryption-tool, modelled anew: a generated key that only
 * memory has; "already encrypted" where there is a LUKS signature, and success; a TPM slot and a
 * recovery key once the real root is up, in the same boot. Its shrinking of the filesystem is left
 * out: room for the header is there.
 */
final class OpenSuseOrder extends ScriptedFirstBoot {

  OpenSuseOrder() {
    super("opensuse-disk-encryption-tool");
  }

  @Override
  void script(ScriptTools tools) throws IOException, KeyRefused {
    if (tools.isLuks()) {
      return; // already encrypted
    }
    tools.makePassphrase();
    tools.reencrypt();
    tools.editEntry(entry -> entry.replace(TRIGGER, UNLOCK));
    // The real root is mounted, and its first-boot service enrols.
    tools.enrolRecoveryKey();
    tools.enrolTpm2();
    tools.wipePassphraseSlot();
  }
}
