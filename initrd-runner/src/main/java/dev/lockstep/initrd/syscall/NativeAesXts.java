package dev.lockstep.initrd.syscall;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.lockstep.initrd.syscall.NativeFunction.Result;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.security.ProviderException;

/**
 * AES in XTS mode with plain64 IVs, by libcrypto. It keeps the expanded key in memory of its own,
 * which it wipes when the last who uses this object is gone.
 *
 * <pre>
 *  openssl/evp.h, since OpenSSL 1.1
 *  const EVP_CIPHER *EVP_aes_128_xts(void);           const EVP_CIPHER *EVP_aes_256_xts(void);
 *  EVP_CIPHER_CTX *EVP_CIPHER_CTX_new(void);          void EVP_CIPHER_CTX_free(EVP_CIPHER_CTX *c);
 *  int EVP_CipherInit_ex(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *type, ENGINE *impl,
 *                        const unsigned char *key, const unsigned char *iv, int enc);
 *  int EVP_CipherUpdate(EVP_CIPHER_CTX *ctx, unsigned char *out, int *outl,
 *                       const unsigned char *in, int inl);
 * </pre>
 *
 * Not thread-safe.
 */
public final class NativeAesXts {
  private static final int IV_BYTES = 16;
  private static final int IV_UNIT_BYTES = 512;
  private static final int PIECE_BYTES = 1 << 20;
  private static final ValueLayout.OfLong LITTLE_ENDIAN =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The functions, bound once; without them the class can't be initialised. */
  private static final class Evp {
    static final NativeFunction AES_128 = Libcrypto.function("EVP_aes_128_xts", Result.POINTER, 0);
    static final NativeFunction AES_256 = Libcrypto.function("EVP_aes_256_xts", Result.POINTER, 0);
    static final NativeFunction NEW = Libcrypto.function("EVP_CIPHER_CTX_new", Result.POINTER, 0);
    static final NativeFunction FREE = Libcrypto.function("EVP_CIPHER_CTX_free", Result.NOTHING, 1);
    static final NativeFunction INIT = Libcrypto.function("EVP_CipherInit_ex", Result.INT, 6);
    static final NativeFunction UPDATE = Libcrypto.function("EVP_CipherUpdate", Result.INT, 5);
  }

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment context;
  private final MemorySegment iv = arena.allocate(IV_BYTES);
  private final MemorySegment written = arena.allocate(JAVA_INT);
  private final int sectorBytes;
  private final boolean encrypts;

  /**
   * One direction of a cipher.
   *
   * @param key 32 bytes (AES-128) or 64 (AES-256): data key, then tweak key; it is not kept
   * @param sectorBytes 512, 1024, 2048 or 4096
   * @throws LinkageError where there is no libcrypto
   * @throws ProviderException where it does not take this key
   */
  public NativeAesXts(byte[] key, int sectorBytes, boolean encrypts) {
    this.sectorBytes = sectorBytes;
    this.encrypts = encrypts;
    NativeFunction type = key.length == 32 ? Evp.AES_128 : Evp.AES_256;
    MemorySegment made = MemorySegment.ofAddress(Evp.NEW.call());
    if (made.equals(MemorySegment.NULL)) {
      throw new ProviderException("libcrypto has no memory for a cipher");
    }
    context = made.reinterpret(arena, Evp.FREE::call);
    try (Arena passing = Arena.ofConfined()) {
      MemorySegment copy = passing.allocateFrom(JAVA_BYTE, key);
      try {
        init(MemorySegment.ofAddress(type.call()), copy);
      } finally {
        copy.fill((byte) 0);
      }
    }
  }

  /**
   * Ciphers whole encryption sectors in place.
   *
   * @param firstSector number of the first 512-byte sector: volume offset / 512, plus the IV tweak
   */
  public void crypt(byte[] data, int length, long firstSector) {
    try (Arena passing = Arena.ofConfined()) {
      MemorySegment piece = passing.allocate(Math.min(PIECE_BYTES, length));
      for (int at = 0; at < length; at += PIECE_BYTES) {
        int part = Math.min(PIECE_BYTES, length - at);
        MemorySegment.copy(data, at, piece, JAVA_BYTE, 0, part);
        for (int sector = 0; sector < part; sector += sectorBytes) {
          sector(piece.asSlice(sector, sectorBytes), firstSector + (at + sector) / IV_UNIT_BYTES);
        }
        MemorySegment.copy(piece, JAVA_BYTE, 0, data, at, part);
      }
      piece.fill((byte) 0);
    }
  }

  private void sector(MemorySegment bytes, long number) {
    iv.set(LITTLE_ENDIAN, 0, number);
    init(MemorySegment.NULL, MemorySegment.NULL);
    succeed("EVP_CipherUpdate", Evp.UPDATE.call(context, bytes, written, bytes, sectorBytes));
    if (written.get(JAVA_INT, 0) != sectorBytes) {
      throw new ProviderException("libcrypto ciphered a part of a sector only");
    }
  }

  /** With what is not null; the rest stays as it is. */
  private void init(MemorySegment type, MemorySegment key) {
    succeed(
        "EVP_CipherInit_ex",
        Evp.INIT.call(context, type, MemorySegment.NULL, key, iv, encrypts ? 1 : 0));
  }

  private static void succeed(String name, long answer) {
    if (answer != 1) {
      throw new ProviderException(name + " of libcrypto failed");
    }
  }
}
