package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.handover.RecoveryKeyHandover;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.tpm.AskedPassword;
import dev.lockstep.initrd.tpm.Lockout;
import dev.lockstep.initrd.tpm.PcrSelection;
import dev.lockstep.initrd.tpm.RecoveryKey;
import dev.lockstep.initrd.tpm.SealedCredential;
import dev.lockstep.initrd.tpm.Tpm;
import dev.lockstep.initrd.tpm.TpmFailure;
import dev.lockstep.initrd.tpm.TpmFingerprint;
import dev.lockstep.journal.chain.HeadSigner;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Keys;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.TpmIdentity;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The keys of one run, in locked memory. The conversion key and the key that signs the journal are
 * sealed to the TPM in one blob, so that one costs no step, no file and no TPM operation more:
 *
 * <pre>
 *   0                32              64
 *   +----------------+---------------+
 *   | conversion key | journal's seed|
 *   +----------------+---------------+
 * </pre>
 *
 * A blob of the first 32 bytes alone gives no key that signs.
 */
final class TpmKeys implements Keys, AutoCloseable {

  /** 256 bits: nobody guesses it, so its keyslot needs no slow key derivation. */
  private static final int CONVERSION_KEY_BYTES = 32;

  /** What is written in place of a sealed key; no systemd-creds blob begins so. */
  private static final String NOTE = "lockstep: no TPM holds this conversion key: ";

  private static final int LONGEST_KEY_BYTES = 4096;

  /** Who has to type a password may have to walk to the machine first. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Bound into the sealed blob: a blob of another name does not unseal. */
  private static final String CREDENTIAL = "lockstep.conversion-key";

  private final Option<Tpm> tpm;
  private final RecoveryKeyHandover handover;
  private final Option<Path> keyFile;
  private final OperatorKeys operator;
  private Option<Secret> conversionKey = Option.none();
  private Option<JournalKey> journalKey = Option.none();
  private Option<Secret> recoveryKey = Option.none();
  private Option<Secret> askedPassword = Option.none();

  /** Which blob the keys in memory came out of, by the TPM. */
  private Option<Digest> unsealedFrom = Option.none();

  /** Of the conversion key in memory, where no TPM holds it. */
  private Option<String> note = Option.none();

  /** Whether the TPM still opens the blob that it was asked about last. */
  private Option<Asked> asked = Option.none();

  private record Asked(Digest blob, boolean lost) {}

  /**
   * @param operator what slots of the operator's are made of
   * @param keyFile a key of any slot, for when the TPM does not give the conversion key any more
   */
  TpmKeys(
      Option<Tpm> tpm, RecoveryKeyHandover handover, Option<Path> keyFile, OperatorKeys operator) {
    this.operator = operator;
    this.tpm = tpm;
    this.handover = handover;
    this.keyFile = keyFile;
  }

  @Override
  public byte[] sealNewConversionKey(List<Integer> pcrs) throws IOException, KeyRefused {
    forgetSealedKeys();
    try (Secret both = Secret.random(CONVERSION_KEY_BYTES + JournalKey.SEED_BYTES)) {
      take(both);
      Either<TpmFailure, SealedCredential> sealed =
          SealedCredential.seal(tpm(), CREDENTIAL, selection(pcrs), both::bytes);
      if (sealed.isLeft()) {
        throw new KeyRefused(sealed.getLeft().message());
      }
      return sealed.get().base64().getBytes(StandardCharsets.US_ASCII);
    }
  }

  private void take(Secret unsealed) throws IOException {
    conversionKey = Option.some(unsealed.slice(0, CONVERSION_KEY_BYTES));
    if (unsealed.length() > CONVERSION_KEY_BYTES) {
      journalKey =
          Option.some(new JournalKey(unsealed.slice(CONVERSION_KEY_BYTES, JournalKey.SEED_BYTES)));
    }
  }

  /** Who signs the journal, while the TPM has given the key to this run. */
  Option<HeadSigner> headSigner() {
    return journalKey.flatMap(JournalKey::signer);
  }

  @Override
  public byte[] noteNewConversionKey() throws IOException {
    forgetSealedKeys();
    conversionKey = Option.some(Secret.random(CONVERSION_KEY_BYTES));
    note = Option.some(NOTE + UUID.randomUUID() + "\n");
    return note.get().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public boolean isLost(byte[] blob) throws IOException {
    if (isNote(blob)) {
      return !note.contains(text(blob));
    }
    Digest digest = Digest.of(blob);
    if (unsealedFrom.contains(digest)) {
      return false;
    }
    if (!asked.exists(known -> known.blob().equals(digest))) {
      asked = Option.some(new Asked(digest, tpm.isEmpty() || tpmSaysItIsNotItsOwn(blob)));
    }
    return asked.get().lost();
  }

  /** A TPM that is busy or locked out says nothing of the kind. */
  private boolean tpmSaysItIsNotItsOwn(byte[] blob) {
    Option<TpmFailure> failure =
        SealedCredential.of(text(blob))
            .flatMap(credential -> credential.unseal(tpm.get(), CREDENTIAL, TpmKeys::discard));
    return failure.exists(TpmFailure.WrongTpmOrPcr.class::isInstance);
  }

  /** What was unsealed only to see that it can be; its owner wipes it. */
  private static void discard(java.lang.foreign.MemorySegment secret) {
    assert secret.isReadOnly();
  }

  @Override
  public boolean recoveryKeyIsOutOfReach() throws IOException {
    boolean isOut =
        handover.isPlanned() && operatorsKey(Slot.RECOVERY).peek(Secret::close).isEmpty();
    // A typed password went with the memory of the run that prepared the header.
    return isOut || (operator.asksPassword() && askedPassword.isEmpty() && recoveryKey.isEmpty());
  }

  private static boolean isNote(byte[] blob) {
    return text(blob).startsWith(NOTE);
  }

  private static String text(byte[] blob) {
    return new String(blob, StandardCharsets.US_ASCII);
  }

  @Override
  public void recall(byte[] blob) throws IOException, KeyRefused {
    if (!unsealedFrom.contains(Digest.of(blob))) {
      unseal(blob);
    }
  }

  @Override
  public void unseal(byte[] blob) throws IOException, KeyRefused {
    if (note.contains(text(blob))) {
      return;
    }
    forgetSealedKeys();
    if (isNote(blob)) {
      if (keyFile.isDefined()) {
        return; // a key of another slot goes on as well
      }
      throw new KeyRefused(
          "No TPM holds the conversion key, and it went with memory; give the recovery key with"
              + " --key-file.");
    }
    SealedCredential sealed;
    try {
      sealed = new SealedCredential(new String(blob, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException damaged) {
      if (keyFile.isDefined()) {
        return; // a key of another slot goes on as well
      }
      throw new KeyRefused(
          "The sealed conversion key is missing or damaged; give the recovery key with --key-file.");
    }
    if (keyFile.isDefined() && (tpm.isEmpty() || isNearLockout(tpm.get()))) {
      return;
    }
    Secret[] unsealed = new Secret[1];
    Option<TpmFailure> failure =
        sealed.unseal(tpm(), CREDENTIAL, bytes -> unsealed[0] = copyOf(bytes));
    if (failure.isDefined() && keyFile.isDefined()) {
      return; // a key of another slot goes on as well
    }
    if (failure.isDefined()) {
      throw new KeyRefused(
          failure.get().message() + " To go on without it, give the recovery key with --key-file.");
    }
    if (unsealed[0] == null) {
      throw new KeyRefused("The TPM gave no conversion key.");
    }
    try (Secret both = unsealed[0]) {
      if (both.length() != CONVERSION_KEY_BYTES
          && both.length() != CONVERSION_KEY_BYTES + JournalKey.SEED_BYTES) {
        throw new KeyRefused("The sealed conversion key has not the length it was made with.");
      }
      take(both);
      unsealedFrom = Option.some(Digest.of(blob));
    }
  }

  /** Then it is not asked at all while another key does. */
  private static boolean isNearLockout(Tpm tpm) {
    return Lockout.read(tpm).exists(Lockout::isNear);
  }

  @Override
  public Option<TpmCounter> tpmCounter() {
    return counter(tpm);
  }

  @Override
  public TpmIdentity tpmIdentity(String salt) {
    return tpm.map(present -> TpmFingerprint.of(present, salt)).getOrElse(TpmIdentity.NOT_TOLD);
  }

  static Option<TpmCounter> counter(Option<Tpm> tpm) {
    return tpm.flatMap(present -> Lockout.read(present).toOption())
        .map(read -> new TpmCounter((int) read.failedTries(), (int) read.maxTries()));
  }

  private static Secret copyOf(java.lang.foreign.MemorySegment bytes) {
    try {
      Secret copy = Secret.allocate((int) bytes.byteSize());
      copy.bytes().copyFrom(bytes);
      return copy;
    } catch (IOException noLockedMemory) {
      throw new java.io.UncheckedIOException(noLockedMemory);
    }
  }

  @Override
  public void makeRecoveryKey() throws IOException {
    try {
      Secret _ = newRecoveryKey();
    } catch (KeyRefused outOfReach) {
      throw new IOException(outOfReach.getMessage(), outOfReach);
    }
  }

  /** A fresh recovery key; an earlier one of this run is wiped. */
  Secret newRecoveryKey() throws IOException, KeyRefused {
    recoveryKey.forEach(Secret::close);
    recoveryKey = Option.none();
    if (handover.isGiven()) {
      recoveryKey = handover.recall();
      return recoveryKey.getOrElseThrow(
          () ->
              new KeyRefused(
                  "The recovery key that this volume shares is not where it went; connect its"
                      + " medium, then run this again."));
    }
    try (Secret random = Secret.random(RecoveryKey.RANDOM_BYTES);
        RecoveryKey key = RecoveryKey.of(random.bytes())) {
      recoveryKey = Option.some(copyOf(key.bytes()));
      return recoveryKey.get();
    }
  }

  @Override
  public boolean recoveryKeyInMemory() {
    return recoveryKey.isDefined();
  }

  @Override
  public String handOverRecoveryKey() throws IOException {
    Secret key =
        recoveryKey.getOrElseThrow(() -> new IOException("the recovery key is not in memory"));
    return handover.handOver(key);
  }

  Secret conversionKey() throws IOException {
    return conversionKey.getOrElseThrow(
        () -> new IOException("the conversion key was not unsealed"));
  }

  /**
   * Copies of what may open the volume, the likeliest first: the conversion key, then whatever
   * other slot's key the operator gave, then that without the newline that an editor left behind
   * it. The caller closes them.
   */
  List<Secret> anyKeys() throws IOException {
    List<Secret> keys = new ArrayList<>();
    for (Secret key : conversionKey) {
      keys.add(key.slice(0, key.length()));
    }
    for (Path file : keyFile) {
      Secret given = Secret.readFrom(file, LONGEST_KEY_BYTES);
      keys.add(given);
      int length = given.length();
      if (length > 1 && given.buffer().get(length - 1) == '\n') {
        keys.add(given.slice(0, length - 1));
      }
    }
    return keys;
  }

  /**
   * A copy of the key of the operator's slot, where it is at hand; the caller closes it. The
   * recovery key is the one that was handed over, else the one that this run made.
   */
  Option<Secret> operatorsKey(Slot slot) throws IOException {
    return switch (slot) {
      case PASSWORD -> {
        for (Secret typed : askedPassword) {
          yield Option.some(typed.slice(0, typed.length()));
        }
        yield operator.readPassword();
      }
      case KEYFILE -> operator.readKeyFile();
      case RECOVERY -> {
        Option<Secret> handedOver = handover.recall();
        if (handedOver.isEmpty() && recoveryKey.isDefined()) {
          yield Option.some(recoveryKey.get().slice(0, recoveryKey.get().length()));
        }
        yield handedOver;
      }
      case CONVERSION, TPM2, TPM2_PIN, FIDO2, PKCS11 ->
          throw new IllegalArgumentException(slot + " has no key that could be read");
    };
  }

  /** Has a new password typed, where the policy wants that and a slot is about to be made. */
  void askForPassword() throws IOException, KeyRefused {
    if (!operator.asksPassword() || askedPassword.isDefined()) {
      return;
    }
    Either<TpmFailure, Secret> typed = AskedPassword.twice(PATIENCE);
    if (typed.isLeft()) {
      throw new KeyRefused(typed.getLeft().message() + " Nothing was changed; run this again.");
    }
    askedPassword = typed.toOption();
  }

  /** For the TPM, where the operator wants one and it is at hand; the caller closes it. */
  Option<Secret> pin() throws IOException {
    return operator.readPin();
  }

  /** What slots that a device opens are made of. */
  OperatorKeys operator() {
    return operator;
  }

  Tpm tpm() throws KeyRefused {
    return tpm.getOrElseThrow(
        () -> new KeyRefused("There is no TPM; name one with --tpm2-device."));
  }

  static PcrSelection selection(List<Integer> pcrs) {
    return new PcrSelection(new TreeSet<>(pcrs));
  }

  private void forgetSealedKeys() {
    conversionKey.forEach(Secret::close);
    conversionKey = Option.none();
    journalKey.forEach(JournalKey::close);
    journalKey = Option.none();
    note = Option.none();
    unsealedFrom = Option.none();
  }

  @Override
  public void close() {
    forgetSealedKeys();
    recoveryKey.forEach(Secret::close);
    askedPassword.forEach(Secret::close);
  }
}
