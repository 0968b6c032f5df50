package dev.lockstep.statemachine.port;

import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;

/**
 * The key material of one run. The machine never sees a secret, only that an adapter holds one.
 *
 * <p>Secrets live in locked memory and are gone with the process. What must survive a power cut is
 * either sealed to the TPM or has been handed over.
 */
public interface Keys {

  /**
   * A fresh random conversion key, in memory, sealed to the TPM. The blob may be written.
   *
   * @param pcrs the PCRs whose present values the TPM will ask for
   */
  byte[] sealNewConversionKey(List<Integer> pcrs) throws IOException, KeyRefused;

  /**
   * A fresh random conversion key, in memory only, where no TPM is to hold it.
   *
   * @return a note that names the key and holds nothing of it
   */
  byte[] noteNewConversionKey() throws IOException;

  /**
   * Whether nobody can open the blob any more: another TPM or other PCRs than when it was sealed,
   * no TPM at all, or the note of a key that went with memory. A TPM that is busy or locked out has
   * lost nothing. Asks the TPM at most once a run for one blob.
   */
  boolean isLost(byte[] blob) throws IOException;

  /** Whether the recovery key was handed over to where this run can't have it proven. */
  boolean recoveryKeyIsOutOfReach() throws IOException;

  /**
   * Has the TPM open the blob, and keeps the conversion key in memory. Of a note, the key in memory
   * is kept if it is that one; otherwise the operator's key does its work, if there is one.
   */
  void unseal(byte[] blob) throws IOException, KeyRefused;

  /**
   * As {@link #unseal}, but the TPM is not asked again for what this run has had from this very
   * blob: where a key is needed, and nothing is to be proven.
   */
  void recall(byte[] blob) throws IOException, KeyRefused;

  /** A fresh recovery key, in memory, for a slot to be added to a finished volume. */
  void makeRecoveryKey() throws IOException;

  /** Whether this run can still hand over the recovery key that the prepared header has. */
  boolean recoveryKeyInMemory();

  /**
   * Hands the recovery key over as the policy says, durably, and reads it back.
   *
   * @return how, in words for the journal; never the key
   */
  String handOverRecoveryKey() throws IOException;

  /**
   * The TPM's count of failed tries, and at which it locks.
   *
   * @param mostTries at least 1
   */
  record TpmCounter(int failedTries, int mostTries) {}

  /** What it is now; none where no TPM answers. Asking costs no try. */
  Option<TpmCounter> tpmCounter();

  /**
   * Which TPM it is; not told where none answers, or its owner has locked it away. Asking costs no
   * try.
   *
   * @param salt of this disk alone
   */
  TpmIdentity tpmIdentity(String salt);

  /** The TPM, the operator or the medium said no. */
  final class KeyRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public KeyRefused(String sentence) {
      super(sentence);
    }
  }
}
