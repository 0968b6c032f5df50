package dev.lockstep.initrd.tpm;

import java.io.IOException;

/**
 * A TPM that is there and answers. One user at a time.
 *
 * <p><b>Power cuts lock a TPM.</b> Once a dictionary-attack protected object was used, and
 * systemd's storage key is one even without a PIN, a start that was not preceded by TPM2_Shutdown
 * counts as a failed try. Measured on swtpm with its 3 tries: sealing once and cutting the power
 * after each of 3 unsealings locks it, and then nothing can be sealed or unsealed for 1000 s a try.
 * Therefore {@link #lend} ends each use with TPM2_Shutdown(CLEAR), which the TPM answers by going
 * on: of 50 power cuts after a loan none was counted. Only a cut within a loan is: some 25 ms for
 * an unsealing.
 */
public sealed interface Tpm extends AutoCloseable permits SoftwareTpm, HardwareTpm {
  /** One use by a systemd tool or by libcryptsetup's token plugin. */
  @FunctionalInterface
  interface Client<T> {
    /**
     * Uses the TPM.
     *
     * @param device value of {@code --tpm2-device=} and of {@link Tpm2TokenParameters}
     */
    T use(String device) throws IOException;
  }

  /** Makes room for a client, lets it work, and leaves the TPM such that a cut does no harm. */
  default <T> T lend(Client<T> client) throws IOException {
    makeRoom();
    try {
      return client.use(device());
    } finally {
      settle();
    }
  }

  /** What clients are to be given. Outside {@link #lend} nobody should use it. */
  String device();

  /** Frees what earlier clients left behind, where no resource manager does. */
  void makeRoom() throws IOException;

  /** Makes a power cut from here on an orderly one; best effort, a failure costs a try at worst. */
  private void settle() {
    try {
      makeRoom();
      new TpmCommands(this::transmit).shutdown();
    } catch (IOException unsettled) {
      // A TPM that is gone is reported by its next user; the client's own result stands.
    }
  }

  /** Sends one TPM 2.0 command, header included; gives the whole response. */
  byte[] transmit(byte[] command) throws IOException;

  /** Stops a software TPM in good order; a hardware TPM is left alone. */
  @Override
  void close();
}
