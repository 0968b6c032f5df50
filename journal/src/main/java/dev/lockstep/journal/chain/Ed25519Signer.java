package dev.lockstep.journal.chain;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Signs with the JDK's Ed25519, from a seed that is asked for anew each time.
 *
 * <p>What stays in the heap: the copy that the supplier gives is wiped here, but the JDK's key
 * objects clone it and wipe nothing, so up to the next garbage collections (and in freed memory
 * after them) the seed can lie on the Java heap, which is not locked. It is no disk key: whoever
 * reads it can sign this journal, and open nothing.
 */
public final class Ed25519Signer implements HeadSigner {
  public static final int SEED_BYTES = 32;

  private final Supplier<byte[]> seed;
  private final Ed25519Key publicKey;

  /**
   * A signer with the key that the seed fixes.
   *
   * @param seed gives {@value #SEED_BYTES} bytes, a fresh array each time, which is wiped
   */
  public Ed25519Signer(Supplier<byte[]> seed) {
    this.seed = seed;
    this.publicKey = withSeed(Ed25519Signer::publicKey);
  }

  @Override
  public Ed25519Key publicKey() {
    return publicKey;
  }

  /** Checked before it is given: a signature that does not verify would read as tampering. */
  @Override
  public byte[] sign(byte[] message) {
    byte[] signature = withSeed(bytes -> sign(bytes, message));
    if (!publicKey.verifies(message, signature)) {
      throw new IllegalStateException("a fresh Ed25519 signature does not verify");
    }
    return signature;
  }

  private static byte[] sign(byte[] seed, byte[] message) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(Ed25519Key.ALGORITHM);
    signature.initSign(
        KeyFactory.getInstance(Ed25519Key.ALGORITHM)
            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
    signature.update(message);
    return signature.sign();
  }

  /**
   * The JDK has no way from a private key to its public one but the generator, which takes the
   * private key (32 random bytes, RFC 8032 section 5.1.5) from the randomness it is given. That it
   * took just those is checked.
   */
  private static Ed25519Key publicKey(byte[] seed) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(Ed25519Key.ALGORITHM);
    generator.initialize(NamedParameterSpec.ED25519, new Given(seed));
    KeyPair pair = generator.generateKeyPair();
    byte[] taken = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
    boolean same = Arrays.equals(taken, seed);
    Arrays.fill(taken, (byte) 0);
    if (!same) {
      throw new IllegalStateException("this Java runtime makes Ed25519 keys in another way");
    }
    return Ed25519Key.of((EdECPublicKey) pair.getPublic());
  }

  /** What is done with the seed while it is at hand. */
  private interface Use<T> {
    T of(byte[] seed) throws GeneralSecurityException;
  }

  private <T> T withSeed(Use<T> use) {
    byte[] bytes = seed.get();
    try {
      if (bytes.length != SEED_BYTES) {
        throw new IllegalStateException("an Ed25519 seed has 32 bytes");
      }
      return use.of(bytes);
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException("this Java runtime can't sign with Ed25519", failed);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public String toString() {
    return "Ed25519Signer[" + publicKey + "]";
  }

  /** "Randomness" that is the seed. */
  private static final class Given extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final transient byte[] seed;

    Given(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      if (bytes.length != seed.length) {
        throw new IllegalStateException("this Java runtime makes Ed25519 keys in another way");
      }
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }
}
