package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.NativeEd25519;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.journal.chain.Ed25519Signer;
import dev.lockstep.journal.chain.HeadSigner;
import io.vavr.control.Option;
import io.vavr.control.Try;
import java.lang.foreign.ValueLayout;
import java.security.ProviderException;

/** The key that signs the journal: its seed in locked memory, as long as this is open. */
final class JournalKey implements AutoCloseable {
  static final int SEED_BYTES = Ed25519Signer.SEED_BYTES;

  private final Secret seed;
  private final Option<HeadSigner> signer;

  /**
   * Takes the seed over. Where neither libcrypto nor the Java runtime has Ed25519 nothing is
   * signed: a disk half converted must not wait for a signature.
   */
  JournalKey(Secret seed) {
    this.seed = seed;
    this.signer = byLibcrypto(seed).orElse(() -> byTheJdk(seed));
  }

  private static Option<HeadSigner> byLibcrypto(Secret seed) {
    try {
      return Option.some(new NativeEd25519(seed.bytes()));
    } catch (LinkageError | ProviderException notThere) {
      return Option.none();
    }
  }

  private static Option<HeadSigner> byTheJdk(Secret seed) {
    return Try.<HeadSigner>of(
            () -> new Ed25519Signer(() -> seed.bytes().toArray(ValueLayout.JAVA_BYTE)))
        .toOption();
  }

  Option<HeadSigner> signer() {
    return signer;
  }

  @Override
  public void close() {
    seed.close();
  }

  @Override
  public String toString() {
    return "JournalKey[wiped or hidden]";
  }
}
