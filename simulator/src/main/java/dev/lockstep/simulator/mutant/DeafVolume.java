package dev.lockstep.simulator.mutant;

import dev.lockstep.statemachine.port.Volume;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/** A volume whose flush does nothing at certain times. */
record DeafVolume(Volume volume, BooleanSupplier deaf) implements Volume {

  @Override
  public void read(long offsetBytes, byte[] into) throws IOException {
    volume.read(offsetBytes, into);
  }

  @Override
  public void write(long offsetBytes, byte[] data) throws IOException {
    volume.write(offsetBytes, data);
  }

  @Override
  public void flush() throws IOException {
    if (!deaf.getAsBoolean()) {
      volume.flush();
    }
  }
}
