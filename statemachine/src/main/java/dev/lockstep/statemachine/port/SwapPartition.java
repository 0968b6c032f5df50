package dev.lockstep.statemachine.port;

import java.io.IOException;

/** All of a swap partition, and nothing outside it. */
public interface SwapPartition extends Volume {

  /** Makes a range read as zeros; durable with the next flush. */
  void zero(long offsetBytes, long lengthBytes) throws IOException;
}
