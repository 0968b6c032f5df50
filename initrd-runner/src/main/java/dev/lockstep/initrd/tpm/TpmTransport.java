package dev.lockstep.initrd.tpm;

import java.io.IOException;

/** Sends one TPM 2.0 command and gives its response, both whole, header included. */
@FunctionalInterface
interface TpmTransport {
  /** The longest command or response taken, in bytes (the limit of Linux, drivers/char/tpm). */
  int MAX_BYTES = 4096;

  byte[] transmit(byte[] command) throws IOException;
}
