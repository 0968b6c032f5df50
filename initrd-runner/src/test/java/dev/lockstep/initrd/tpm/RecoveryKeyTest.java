package dev.lockstep.initrd.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class RecoveryKeyTest {
  @Test
  void writesSystemdsModhex() {
    byte[] random = new byte[32];
    for (int i = 0; i < 32; i++) {
      random[i] = (byte) (i * 16 + i % 16);
    }
    assertThat(text(RecoveryKey.of(MemorySegment.ofArray(random))))
        .isEqualTo("ccbbddee-ffgghhii-jjkkllnn-rrttuuvv-ccbbddee-ffgghhii-jjkkllnn-rrttuuvv");
  }

  @Property
  void everyFormAPersonMayTypeIsTheSameKey(@ForAll @Size(32) byte[] random) {
    String text = text(RecoveryKey.of(MemorySegment.ofArray(random)));
    assertThat(text).matches("([cbdefghijklnrtuv]{8}-){7}[cbdefghijklnrtuv]{8}");
    for (String typed : new String[] {text, text.replace("-", ""), text.toUpperCase(Locale.ROOT)}) {
      assertThat(text(RecoveryKey.parse(typed.toCharArray()).get())).isEqualTo(text);
    }
  }

  @Property
  void oneWrongCharacterIsRefusedWithoutBeingRepeated(
      @ForAll @Size(32) byte[] random, @ForAll @IntRange(min = 0, max = 70) int position) {
    char[] typed = text(RecoveryKey.of(MemorySegment.ofArray(random))).toCharArray();
    typed[position] = '\u212A'; // the Kelvin sign, whose lower case is k
    String sentence = RecoveryKey.parse(typed).getLeft();
    assertThat(sentence).doesNotContain("\u212A").startsWith("Group ");
    assertThat(RecoveryKey.parse(java.util.Arrays.copyOf(typed, 70)).isLeft()).isTrue();
  }

  @Test
  void isGoneOnceClosedAndNeverPrinted() {
    RecoveryKey key = RecoveryKey.of(MemorySegment.ofArray(new byte[32]));
    MemorySegment bytes = key.bytes();
    assertThat(key.toString()).doesNotContain("cccc");
    key.close();
    assertThat(bytes.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    assertThatThrownBy(key::bytes).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void namesTheSlotInItsToken() {
    assertThat(RecoveryKey.tokenJson(2))
        .isEqualTo("{\"type\":\"systemd-recovery\",\"keyslots\":[\"2\"]}");
    assertThatThrownBy(() -> RecoveryKey.tokenJson(32))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String text(RecoveryKey key) {
    return new String(key.bytes().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
  }
}
