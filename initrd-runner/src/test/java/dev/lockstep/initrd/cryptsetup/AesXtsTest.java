package dev.lockstep.initrd.cryptsetup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.initrd.syscall.NativeAesXts;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The vectors of IEEE 1619-2007, annex B; those shorter than a sector are a sector's beginning. */
class AesXtsTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void vectorOneHoldsForTheFirstBytesOfASector() {
    byte[] sector = new byte[512];
    new AesXts(new byte[32], 512).encrypt(sector, 512, 0);
    assertThat(HEX.formatHex(sector, 0, 32))
        .isEqualTo("917cf69ebd68b2ec9b9fe9a3eadda692cd43d2f59598ed858c02c2652fbf922e");
  }

  @Test
  void vectorTwoHoldsForALargeSectorNumber() {
    byte[] key = HEX.parseHex("11".repeat(16) + "22".repeat(16));
    byte[] sector = new byte[512];
    Arrays.fill(sector, (byte) 0x44);
    new AesXts(key, 512).encrypt(sector, 512, 0x3333333333L);
    assertThat(HEX.formatHex(sector, 0, 32))
        .isEqualTo("c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0");
  }

  @Test
  void vectorTenHoldsForA512BitKey() {
    byte[] key =
        HEX.parseHex(
            "2718281828459045235360287471352662497757247093699959574966967627"
                + "3141592653589793238462643383279502884197169399375105820974944592");
    byte[] sector = new byte[512];
    for (int i = 0; i < sector.length; i++) {
      sector[i] = (byte) i;
    }
    new AesXts(key, 512).encrypt(sector, 512, 0xff);
    assertThat(HEX.formatHex(sector, 0, 64))
        .isEqualTo(
            "1c3b3a102f770386e4836c99e370cf9bea00803f5e482357a4ae12d414a3e63b"
                + "5d31e276f8fe4a8d66b317f9ac683f44680a86ac35adfc3345befecb4bb188fd");
  }

  @Property(tries = 50)
  void decryptingUndoesEncrypting(
      @ForAll @Size(64) byte[] key,
      @ForAll @IntRange(min = 0, max = 9) int sectors,
      @ForAll @LongRange(min = 0) long first) {
    AesXts cipher = new AesXts(key, 4096);
    byte[] plain = new byte[sectors * 4096];
    Arrays.fill(plain, key[0]);
    byte[] data = plain.clone();
    cipher.encrypt(data, data.length, first);
    cipher.decrypt(data, data.length, first);
    assertThat(data).isEqualTo(plain);
  }

  /**
   * Whichever computes, the same bytes come out: over pieces, sectors and a number beyond an int.
   */
  @Property(tries = 30)
  void libcryptoAndTheJdkAgree(
      @ForAll @Size(64) byte[] key,
      @ForAll boolean isShort,
      @ForAll boolean hasLargeSectors,
      @ForAll @IntRange(max = 300) int sectors,
      @ForAll @LongRange(max = Long.MAX_VALUE / 2) long first) {
    byte[] used = isShort ? Arrays.copyOf(key, 32) : key;
    used[0] = (byte) ~used[used.length / 2]; // OpenSSL refuses two halves that are alike
    int sectorBytes = hasLargeSectors ? 4096 : 512;
    byte[] data = new byte[sectors * sectorBytes];
    new Random(first).nextBytes(data);
    byte[] byLibcrypto = data.clone();
    new NativeAesXts(used, sectorBytes, true).crypt(byLibcrypto, data.length, first);
    byte[] byJdk = data.clone();
    new JdkAesXts(used, sectorBytes, Cipher.ENCRYPT_MODE).crypt(byJdk, data.length, first);
    assertThat(byLibcrypto).isEqualTo(byJdk);
    new NativeAesXts(used, sectorBytes, false).crypt(byLibcrypto, data.length, first);
    assertThat(byLibcrypto).isEqualTo(data);
    new JdkAesXts(used, sectorBytes, Cipher.DECRYPT_MODE).crypt(byJdk, data.length, first);
    assertThat(byJdk).isEqualTo(data);
  }

  @Test
  void halfASectorIsRefused() {
    AesXts cipher = new AesXts(new byte[64], 4096);
    assertThatThrownBy(() -> cipher.decrypt(new byte[512], 512, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
