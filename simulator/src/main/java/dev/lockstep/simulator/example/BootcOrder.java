package dev.lockstep.simulator.example;

import dev.lockstep.statemachine.port.Keys.KeyRefused;
import java.io.IOException;

/**
 * The order of steps of the script in bootc's pull request 2096 (as proposed in 2026, not merged),
 * modelled anew. The passphrase lives in the script's memory until the TPM has a slot; no recovery
 * key is enrolled, since one command can't do both; the trigger leaves the kernel arguments before
 * those that unlock come in.
 */
final class BootcOrder extends ScriptedFirstBoot {

  BootcOrder() {
    super("bootc-pr-2096");
  }

  @Override
  void script(ScriptTools tools) throws IOException, KeyRefused {
    if (tools.isLuks()) {
      return;
    }
    tools.makePassphrase();
    tools.reencrypt();
    tools.enrolTpm2();
    tools.wipePassphraseSlot();
    tools.editEntry(entry -> entry.replace(TRIGGER, ""));
    tools.editEntry(entry -> entry + UNLOCK);
  }
}
