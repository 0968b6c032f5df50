package dev.lockstep.initrd.syscall;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lockstep.initrd.syscall.NativeFunction.Result;
import dev.lockstep.journal.chain.Ed25519Key;
import dev.lockstep.journal.chain.Ed25519Signer;
import dev.lockstep.journal.chain.HeadSigner;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.ProviderException;
import java.util.HexFormat;

/**
 * Signs by libcrypto, from a seed that stays where it is: no copy of it comes onto the Java heap,
 * and libcrypto wipes its own after each signature.
 *
 * <pre>
 *  openssl/evp.h, since OpenSSL 1.1.1
 *  EVP_PKEY *EVP_PKEY_new_raw_private_key(int type, ENGINE *e, const unsigned char *key, size_t len);
 *  int EVP_PKEY_get_raw_public_key(const EVP_PKEY *key, unsigned char *pub, size_t *len);
 *  void EVP_PKEY_free(EVP_PKEY *key);
 *  EVP_MD_CTX *EVP_MD_CTX_new(void);                  void EVP_MD_CTX_free(EVP_MD_CTX *ctx);
 *  int EVP_DigestSignInit(EVP_MD_CTX *ctx, EVP_PKEY_CTX **pctx, const EVP_MD *type, ENGINE *e,
 *                         EVP_PKEY *key);             int EVP_DigestVerifyInit(the same);
 *  int EVP_DigestSign(EVP_MD_CTX *ctx, unsigned char *sig, size_t *siglen,
 *                     const unsigned char *tbs, size_t tbslen);
 *  int EVP_DigestVerify(EVP_MD_CTX *ctx, const unsigned char *sig, size_t siglen,
 *                       const unsigned char *tbs, size_t tbslen);
 * </pre>
 */
public final class NativeEd25519 implements HeadSigner {
  public static final int SEED_BYTES = Ed25519Signer.SEED_BYTES;

  private static final int EVP_PKEY_ED25519 = 1087; // openssl/obj_mac.h, NID_ED25519
  private static final int PUBLIC_KEY_BYTES = 32;
  private static final int SIGNATURE_BYTES = 64;

  /** The functions, bound once; without them the class can't be initialised. */
  private static final class Evp {
    static final NativeFunction KEY_NEW =
        Libcrypto.function("EVP_PKEY_new_raw_private_key", Result.POINTER, 4);
    static final NativeFunction KEY_PUBLIC =
        Libcrypto.function("EVP_PKEY_get_raw_public_key", Result.INT, 3);
    static final NativeFunction KEY_FREE = Libcrypto.function("EVP_PKEY_free", Result.NOTHING, 1);
    static final NativeFunction NEW = Libcrypto.function("EVP_MD_CTX_new", Result.POINTER, 0);
    static final NativeFunction FREE = Libcrypto.function("EVP_MD_CTX_free", Result.NOTHING, 1);
    static final NativeFunction SIGN_INIT = Libcrypto.function("EVP_DigestSignInit", Result.INT, 5);
    static final NativeFunction SIGN = Libcrypto.function("EVP_DigestSign", Result.INT, 5);
    static final NativeFunction VERIFY_INIT =
        Libcrypto.function("EVP_DigestVerifyInit", Result.INT, 5);
    static final NativeFunction VERIFY = Libcrypto.function("EVP_DigestVerify", Result.INT, 5);
  }

  private final MemorySegment seed;
  private final Ed25519Key publicKey;

  /**
   * A signer with the key that the seed fixes.
   *
   * @param seed {@value #SEED_BYTES} bytes off the heap, as long as this is used; never written to
   * @throws LinkageError where there is no libcrypto
   * @throws ProviderException where it knows no Ed25519
   */
  public NativeEd25519(MemorySegment seed) {
    if (seed.byteSize() != SEED_BYTES || !seed.isNative()) {
      throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, and lies off the heap");
    }
    this.seed = seed;
    this.publicKey = withKey((key, _, arena) -> publicKey(key, arena));
  }

  @Override
  public Ed25519Key publicKey() {
    return publicKey;
  }

  /** Checked before it is given: a signature that does not verify would read as tampering. */
  @Override
  public byte[] sign(byte[] message) {
    return withKey(
        (key, context, arena) -> {
          MemorySegment text = arena.allocateFrom(JAVA_BYTE, message);
          MemorySegment signature = arena.allocate(SIGNATURE_BYTES);
          MemorySegment length = arena.allocateFrom(JAVA_LONG, SIGNATURE_BYTES);
          succeed("EVP_DigestSignInit", init(Evp.SIGN_INIT, context, key));
          succeed(
              "EVP_DigestSign",
              Evp.SIGN.call(context, signature, length, text, (long) message.length));
          if (length.get(JAVA_LONG, 0) != SIGNATURE_BYTES) {
            throw new ProviderException("libcrypto made a signature of another length");
          }
          verify(key, signature, text);
          return signature.toArray(JAVA_BYTE);
        });
  }

  private static void verify(MemorySegment key, MemorySegment signature, MemorySegment text) {
    MemorySegment context = made("EVP_MD_CTX_new", Evp.NEW.call());
    try {
      succeed("EVP_DigestVerifyInit", init(Evp.VERIFY_INIT, context, key));
      succeed(
          "EVP_DigestVerify",
          Evp.VERIFY.call(context, signature, signature.byteSize(), text, text.byteSize()));
    } finally {
      Evp.FREE.call(context);
    }
  }

  private static long init(NativeFunction function, MemorySegment context, MemorySegment key) {
    return function.call(context, MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL, key);
  }

  private static Ed25519Key publicKey(MemorySegment key, Arena arena) {
    MemorySegment raw = arena.allocate(PUBLIC_KEY_BYTES);
    MemorySegment length = arena.allocateFrom(JAVA_LONG, PUBLIC_KEY_BYTES);
    succeed("EVP_PKEY_get_raw_public_key", Evp.KEY_PUBLIC.call(key, raw, length));
    return new Ed25519Key(HexFormat.of().formatHex(raw.toArray(JAVA_BYTE)));
  }

  /** What is done with libcrypto's objects while they are there. */
  @FunctionalInterface
  private interface Use<T> {
    T of(MemorySegment key, MemorySegment context, Arena arena);
  }

  private <T> T withKey(Use<T> use) {
    MemorySegment key =
        made(
            "EVP_PKEY_new_raw_private_key",
            Evp.KEY_NEW.call(EVP_PKEY_ED25519, MemorySegment.NULL, seed, (long) SEED_BYTES));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment context = made("EVP_MD_CTX_new", Evp.NEW.call());
      try {
        return use.of(key, context, arena);
      } finally {
        Evp.FREE.call(context);
      }
    } finally {
      Evp.KEY_FREE.call(key);
    }
  }

  private static MemorySegment made(String name, long pointer) {
    if (pointer == 0) {
      throw new ProviderException(name + " of libcrypto failed");
    }
    return MemorySegment.ofAddress(pointer);
  }

  private static void succeed(String name, long answer) {
    if (answer != 1) {
      throw new ProviderException(name + " of libcrypto failed");
    }
  }

  @Override
  public String toString() {
    return "NativeEd25519[" + publicKey.abbreviated() + "]";
  }
}
