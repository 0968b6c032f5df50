package dev.lockstep.simulator.tpm;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.journal.Registry;
import dev.lockstep.statemachine.port.Keys;
import dev.lockstep.statemachine.port.TpmIdentity;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * The keys of one run.
 *
 * <p><b>The fault contract.</b> A cut takes all that is in memory. What was handed over is in the
 * operator's hands for good, from one instant to the next: there is no half of it.
 */
public final class ModelKeys implements Keys {

  /** A key that the operator brings along. */
  public enum Given {
    NONE,
    /** Of another tool's volume. */
    KEY_FILE,
    RECOVERY_KEY
  }

  private static final TpmIdentity THE_ONE = new TpmIdentity("endorsement", "storage");
  private static final String NOTE = "IN MEMORY ";

  private final ModelTpm tpm;
  private final Names names;
  private final Registry registry;
  private final Power power;
  private final Supplier<Option<Integer>> volume;
  private final Given given;
  private final boolean tellsOfTpm;
  private Option<Integer> conversionKey = Option.none();

  /** By the TPM, in this run. */
  private Option<byte[]> unsealedFrom = Option.none();

  private Option<Integer> recoveryKeyOf = Option.none();
  private boolean recoveryKeyTyped;

  /**
   * The keys of a boot.
   *
   * @param volume the number of the header that is on the volume
   * @param given what the operator gives
   */
  public ModelKeys(
      ModelTpm tpm,
      Names names,
      Registry registry,
      Power power,
      Supplier<Option<Integer>> volume,
      Given given) {
    this(tpm, names, registry, power, volume, given, false);
  }

  /**
   * The same.
   *
   * @param tellsOfTpm whether its counter and its identity come into the journal
   */
  public ModelKeys(
      ModelTpm tpm,
      Names names,
      Registry registry,
      Power power,
      Supplier<Option<Integer>> volume,
      Given given,
      boolean tellsOfTpm) {
    this.tellsOfTpm = tellsOfTpm;
    this.volume = volume;
    this.given = given;
    this.tpm = tpm;
    this.names = names;
    this.registry = registry;
    this.power = power;
  }

  @Override
  public byte[] sealNewConversionKey(List<Integer> pcrs) {
    int key = names.freshKey();
    conversionKey = Option.some(key);
    unsealedFrom = Option.none();
    byte[] blob = tpm.seal(key, pcrs);
    registry.sealed(blob, key);
    return blob;
  }

  @Override
  public byte[] noteNewConversionKey() {
    int key = names.freshKey();
    conversionKey = Option.some(key);
    unsealedFrom = Option.none();
    byte[] note = note(key);
    registry.sealed(note, key);
    return note;
  }

  /** The TPM here never changes; a note is lost with memory. */
  @Override
  public boolean isLost(byte[] blob) {
    return isNote(blob) && !isOfKeyInMemory(blob);
  }

  @Override
  public boolean recoveryKeyIsOutOfReach() {
    return false; // the operator, asked, types it
  }

  @Override
  public void recall(byte[] blob) throws KeyRefused {
    boolean had = unsealedFrom.exists(known -> Arrays.equals(known, blob));
    if (!had || conversionKey.isEmpty()) {
      unseal(blob);
    }
  }

  @Override
  public void unseal(byte[] blob) throws KeyRefused {
    if (blob.length == 0 && keyFileGiven()) {
      conversionKey = Option.none();
    } else if (!isNote(blob)) {
      conversionKey = Option.some(tpm.unsealed(blob));
      unsealedFrom = Option.some(blob);
    } else if (!isOfKeyInMemory(blob)) {
      conversionKey = Option.none();
      unsealedFrom = Option.none();
      recoveryKeyTyped = true;
    }
  }

  /** Whether the operator gave the recovery key in place of the conversion key. */
  public boolean recoveryKeyTyped() {
    return recoveryKeyTyped;
  }

  private boolean isOfKeyInMemory(byte[] note) {
    return conversionKey.exists(key -> Arrays.equals(note, note(key)));
  }

  private static boolean isNote(byte[] blob) {
    return new String(blob, StandardCharsets.ISO_8859_1).startsWith(NOTE);
  }

  private static byte[] note(int key) {
    return (NOTE + Marks.key(key) + "\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** No decision rests on what the journal tells of it; {@link ModelTpm} counts by itself. */
  @Override
  public Option<TpmCounter> tpmCounter() {
    return Option.when(
        tellsOfTpm, () -> new TpmCounter(tpm.offDisk().failedTries(), OffDisk.TRIES_ALLOWED));
  }

  @Override
  public TpmIdentity tpmIdentity(String salt) {
    return tellsOfTpm ? THE_ONE : tpm.identity();
  }

  @Override
  public void makeRecoveryKey() throws IOException {
    madeRecoveryKey(volume.get().getOrElseThrow(() -> new IOException("there is no volume")));
  }

  /** Whether the key of another tool's volume is at hand. */
  public boolean keyFileGiven() {
    return given == Given.KEY_FILE;
  }

  /** Whether the operator gives the volume's recovery key, asked or not. */
  public boolean recoveryKeyGiven() {
    return given == Given.RECOVERY_KEY;
  }

  @Override
  public boolean recoveryKeyInMemory() {
    return recoveryKeyOf.isDefined();
  }

  @Override
  public String handOverRecoveryKey() {
    int header = recoveryKeyOf.getOrElseThrow(() -> new IllegalStateException("no recovery key"));
    power.moment("the handing over of the recovery key");
    tpm.change(tpm.offDisk().withRecoveryKey(header));
    return "into the operator's hands";
  }

  /** The conversion key's number, while memory holds it. */
  public Option<Integer> conversionKey() {
    return conversionKey;
  }

  /** A recovery key was made for this header, and nobody but this run knows it. */
  public void madeRecoveryKey(int header) {
    tpm.change(tpm.offDisk().withoutRecoveryKey(header));
    recoveryKeyOf = Option.some(header);
  }

  /** Whether the operator, asked now, could type this header's recovery key. */
  public boolean operatorHolds(int header) {
    return tpm.offDisk().holdsRecoveryKey(header);
  }

  /** Of what is in memory. */
  public Marks names() {
    return new Marks(
        recoveryKeyOf.map(header -> 1L << header).getOrElse(0L),
        conversionKey.map(key -> 1L << key).getOrElse(0L),
        false);
  }

  /** Stands for what is in memory. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(conversionKey.getOrElse(-1))
        .then(Fingerprint.of(unsealedFrom.isDefined() ? 1 : 0))
        .then(Fingerprint.of(recoveryKeyOf.getOrElse(-1)))
        .then(Fingerprint.of(recoveryKeyTyped ? 1 : 0));
  }

  public ModelTpm tpm() {
    return tpm;
  }
}
