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
  public boolean discard(long offsetBytes, long lengthBytes) throws IOException {
    return volume.discard(offsetBytes, lengthBytes);
  }

  @Override
  public void scramble(long offsetBytes, int lengthBytes) throws IOException {
    if (deaf.getAsBoolean()) {
      volume.write(offsetBytes, new byte[lengthBytes]);
    } else {
      volume.scramble(offsetBytes, lengthBytes);
    }
  }

  @Override
  public void flush() throws IOException {
    if (!deaf.getAsBoolean()) {
      volume.flush();
    }
  }
}
