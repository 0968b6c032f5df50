package dev.lockstep.simulator.mutant;

import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks;
import java.io.IOException;

/** Says of the recovery slot that it opens, without trying. */
final class RecoverySlotTrusted extends ForwardedLuks {

  RecoverySlotTrusted(Luks luks) {
    super(luks);
  }

  @Override
  public boolean opensHeader(Slot slot, byte[] header) throws IOException, KeyRefused {
    return slot == Slot.RECOVERY || super.opensHeader(slot, header);
  }

  @Override
  public boolean opensVolume(Slot slot) throws IOException, KeyRefused {
    return slot == Slot.RECOVERY || super.opensVolume(slot);
  }
}
