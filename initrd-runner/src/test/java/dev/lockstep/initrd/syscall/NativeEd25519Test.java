package dev.lockstep.initrd.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.journal.chain.Ed25519Signer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NativeEd25519Test {
  private static final HexFormat HEX = HexFormat.of();

  private static NativeEd25519 signer(Arena arena, byte[] seed) {
    return new NativeEd25519(arena.allocateFrom(ValueLayout.JAVA_BYTE, seed));
  }

  /** RFC 8032, section 7.1, test 2. */
  @Test
  void aVectorOfTheRfcHolds() {
    byte[] seed = HEX.parseHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    try (Arena arena = Arena.ofConfined()) {
      NativeEd25519 signer = signer(arena, seed);
      assertThat(signer.publicKey().hex())
          .isEqualTo("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
      assertThat(HEX.formatHex(signer.sign(new byte[] {0x72})))
          .isEqualTo(
              "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                  + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    }
  }

  @Test
  void signsAsTheJdkDoes() {
    Random random = new Random(5);
    for (int round = 0; round < 20; round++) {
      byte[] seed = new byte[NativeEd25519.SEED_BYTES];
      byte[] message = new byte[random.nextInt(300)];
      random.nextBytes(seed);
      random.nextBytes(message);
      Ed25519Signer jdks = new Ed25519Signer(seed::clone);
      try (Arena arena = Arena.ofConfined()) {
        NativeEd25519 ours = signer(arena, seed);
        assertThat(ours.publicKey()).isEqualTo(jdks.publicKey());
        assertThat(ours.sign(message)).isEqualTo(jdks.sign(message));
      }
    }
  }

  @Test
  void aSeedOnTheHeapOrOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> new NativeEd25519(MemorySegment.ofArray(new byte[32])))
        .isInstanceOf(IllegalArgumentException.class);
    try (Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> new NativeEd25519(arena.allocate(31)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void saysOnlyItsPublicKey() {
    try (Arena arena = Arena.ofConfined()) {
      byte[] seed = HEX.parseHex("ab".repeat(32));
      assertThat(signer(arena, seed)).asString().doesNotContain("abab");
    }
  }
}
