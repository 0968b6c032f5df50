package dev.lockstep.simulator.mutant;

import dev.lockstep.statemachine.port.Keys;
import dev.lockstep.statemachine.port.TpmIdentity;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;

/** Keys whose recovery key reaches nobody. */
record SilentHandOver(Keys keys) implements Keys {

  @Override
  public byte[] sealNewConversionKey(List<Integer> pcrs) throws IOException, KeyRefused {
    return keys.sealNewConversionKey(pcrs);
  }

  @Override
  public byte[] noteNewConversionKey() throws IOException {
    return keys.noteNewConversionKey();
  }

  @Override
  public boolean isLost(byte[] blob) throws IOException {
    return keys.isLost(blob);
  }

  @Override
  public boolean recoveryKeyIsOutOfReach() throws IOException {
    return keys.recoveryKeyIsOutOfReach();
  }

  @Override
  public void unseal(byte[] blob) throws IOException, KeyRefused {
    keys.unseal(blob);
  }

  @Override
  public void makeRecoveryKey() throws IOException {
    keys.makeRecoveryKey();
  }

  @Override
  public void recall(byte[] blob) throws IOException, KeyRefused {
    keys.recall(blob);
  }

  @Override
  public Option<TpmCounter> tpmCounter() {
    return keys.tpmCounter();
  }

  @Override
  public TpmIdentity tpmIdentity(String salt) {
    return keys.tpmIdentity(salt);
  }

  @Override
  public boolean recoveryKeyInMemory() {
    return keys.recoveryKeyInMemory();
  }

  @Override
  public String handOverRecoveryKey() {
    return "printed on a console that nobody reads";
  }
}
