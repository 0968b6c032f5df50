package dev.lockstep.initrd.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.Security;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NativeSha256Test {
  private static final String NAME = "LockstepLibcrypto";

  @BeforeEach
  void install() {
    Assumptions.assumeTrue(NativeSha256.install(), "needs libcrypto.so.3 or libcrypto.so.1.1");
  }

  @AfterEach
  void removeForTheOtherTests() {
    Security.removeProvider(NAME);
  }

  @Test
  void isWhatTheProcessGetsWithoutAskingForIt() throws Exception {
    assertThat(MessageDigest.getInstance("SHA-256").getProvider().getName()).isEqualTo(NAME);
    assertThat(MessageDigest.getInstance("SHA-512").getProvider().getName()).isEqualTo("SUN");
  }

  @Test
  void saysWhatJavasSaysHoweverTheBytesArrive() throws Exception {
    Random random = new Random(7);
    MessageDigest ours = MessageDigest.getInstance("SHA-256");
    MessageDigest javas = MessageDigest.getInstance("SHA-256", "SUN");
    for (int round = 0; round < 200; round++) {
      for (int part = random.nextInt(4); part > 0; part--) {
        byte[] bytes = new byte[random.nextInt(3000)];
        random.nextBytes(bytes);
        int from = random.nextInt(bytes.length + 1);
        ours.update(bytes, from, bytes.length - from);
        javas.update(bytes, from, bytes.length - from);
        ours.update((byte) part);
        ours.update(
            ByteBuffer.allocateDirect(3)
                .put(bytes.length > 2 ? new byte[] {1, 2} : new byte[1])
                .flip());
        javas.update((byte) part);
        javas.update(bytes.length > 2 ? new byte[] {1, 2} : new byte[1]);
      }
      assertThat(ours.digest()).isEqualTo(javas.digest()); // and begins anew
    }
  }

  @Test
  void forgetsWhatItWasGivenBeforeAReset() throws Exception {
    MessageDigest ours = MessageDigest.getInstance("SHA-256");
    ours.update(new byte[100]);
    ours.reset();
    assertThat(ours.digest()).isEqualTo(MessageDigest.getInstance("SHA-256", "SUN").digest());
  }
}
