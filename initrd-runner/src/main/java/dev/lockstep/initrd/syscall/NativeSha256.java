package dev.lockstep.initrd.syscall;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lockstep.initrd.syscall.NativeFunction.Result;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigestSpi;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;

/**
 * SHA-256 by libcrypto, the library libcryptsetup itself computes with, for a process that lives
 * for seconds only. Java's own is as fast once the JVM's optimising compiler has seen it, and some
 * ten times slower until then: and a first boot digests sixteen megabytes some forty times, with
 * that compiler left out (see the launcher).
 *
 * <pre>
 *  openssl/evp.h, since OpenSSL 1.1
 *  EVP_MD_CTX *EVP_MD_CTX_new(void);                  void EVP_MD_CTX_free(EVP_MD_CTX *ctx);
 *  const EVP_MD *EVP_sha256(void);
 *  int EVP_DigestInit_ex(EVP_MD_CTX *ctx, const EVP_MD *type, ENGINE *impl);
 *  int EVP_DigestUpdate(EVP_MD_CTX *ctx, const void *d, size_t cnt);
 *  int EVP_DigestFinal_ex(EVP_MD_CTX *ctx, unsigned char *md, unsigned int *s);
 * </pre>
 */
public final class NativeSha256 extends MessageDigestSpi {
  private static final int DIGEST_BYTES = 32;

  /** What is fed to it here is public or on its way to a disk: never a secret. */
  private static final class LibcryptoProvider extends Provider {
    private static final long serialVersionUID = 1L;

    LibcryptoProvider() {
      super("LockstepLibcrypto", "1", "SHA-256 by libcrypto");
      putService(
          new Service(this, "MessageDigest", "SHA-256", NativeSha256.class.getName(), null, null) {
            @Override
            public Object newInstance(Object parameter) {
              return new NativeSha256(); // by reflection the JDK would want a public module
            }
          });
    }
  }

  /** The functions, bound once; without them the class can't be initialised. */
  private static final class Evp {
    static final NativeFunction CONTEXT_NEW =
        Libcrypto.function("EVP_MD_CTX_new", Result.POINTER, 0);
    static final NativeFunction CONTEXT_FREE =
        Libcrypto.function("EVP_MD_CTX_free", Result.NOTHING, 1);
    static final NativeFunction SHA256 = Libcrypto.function("EVP_sha256", Result.POINTER, 0);
    static final NativeFunction INIT = Libcrypto.function("EVP_DigestInit_ex", Result.INT, 3);
    static final NativeFunction FINAL = Libcrypto.function("EVP_DigestFinal_ex", Result.INT, 3);

    /** May read a Java array where it lies: it neither blocks nor calls back. */
    static final MethodHandle UPDATE =
        Linker.nativeLinker()
            .downcallHandle(
                Libcrypto.SYMBOLS.findOrThrow("EVP_DigestUpdate"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG),
                Linker.Option.critical(true));
  }

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment context;
  private final MemorySegment result = arena.allocate(DIGEST_BYTES);

  private NativeSha256() {
    context = newContext().reinterpret(arena, NativeSha256::free);
    engineReset();
  }

  /**
   * Makes it this process's SHA-256. Where there is no libcrypto, or it says something else than
   * Java's does, Java's stays.
   *
   * @return whether it is libcrypto's now
   */
  public static boolean install() {
    try {
      Provider provider = new LibcryptoProvider();
      byte[] probe = new byte[1000];
      byte[] ours = java.security.MessageDigest.getInstance("SHA-256", provider).digest(probe);
      byte[] javas = java.security.MessageDigest.getInstance("SHA-256").digest(probe);
      return java.util.Arrays.equals(ours, javas) && Security.insertProviderAt(provider, 1) > 0;
    } catch (LinkageError | RuntimeException | java.security.NoSuchAlgorithmException missing) {
      return false;
    }
  }

  @Override
  protected int engineGetDigestLength() {
    return DIGEST_BYTES;
  }

  @Override
  protected void engineUpdate(byte input) {
    engineUpdate(new byte[] {input}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] input, int offset, int length) {
    update(MemorySegment.ofArray(input).asSlice(offset, length));
  }

  /** From where it lies, on the heap or off it. */
  @Override
  protected void engineUpdate(ByteBuffer input) {
    update(MemorySegment.ofBuffer(input));
    input.position(input.limit());
  }

  private void update(MemorySegment bytes) {
    succeed(
        "EVP_DigestUpdate", () -> (int) Evp.UPDATE.invokeExact(context, bytes, bytes.byteSize()));
  }

  @Override
  protected byte[] engineDigest() {
    succeed("EVP_DigestFinal_ex", () -> (int) Evp.FINAL.call(context, result, MemorySegment.NULL));
    byte[] digest = result.toArray(ValueLayout.JAVA_BYTE);
    engineReset();
    return digest;
  }

  @Override
  protected int engineDigest(byte[] target, int offset, int length) throws DigestException {
    if (length < DIGEST_BYTES) {
      throw new DigestException("a SHA-256 has 32 bytes, there is room for " + length);
    }
    System.arraycopy(engineDigest(), 0, target, offset, DIGEST_BYTES);
    return DIGEST_BYTES;
  }

  @Override
  protected void engineReset() {
    succeed(
        "EVP_DigestInit_ex",
        () -> {
          MemorySegment type = MemorySegment.ofAddress(Evp.SHA256.call());
          return (int) Evp.INIT.call(context, type, MemorySegment.NULL);
        });
  }

  private static MemorySegment newContext() {
    MemorySegment made = MemorySegment.ofAddress(Evp.CONTEXT_NEW.call());
    if (made.equals(MemorySegment.NULL)) {
      throw new ProviderException("libcrypto has no memory for a digest");
    }
    return made;
  }

  private static void free(MemorySegment context) {
    Evp.CONTEXT_FREE.call(context);
  }

  @FunctionalInterface
  private interface Call {
    int invoke() throws Throwable;
  }

  private static void succeed(String name, Call call) {
    try {
      if (call.invoke() != 1) {
        throw new ProviderException(name + " of libcrypto failed");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(name + " could not be called", e);
    }
  }
}
