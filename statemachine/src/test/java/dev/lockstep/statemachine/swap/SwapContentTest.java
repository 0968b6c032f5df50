package dev.lockstep.statemachine.swap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SwapContentTest {

  private static final SwapArea AREA =
      new SwapArea("11111111-2222-4333-8444-555555555555", "old", 4096);

  private static byte[] zeros() {
    return new byte[SwapContent.END_BYTES];
  }

  private static byte[] with(byte[] page, int at, String text) {
    byte[] head = Arrays.copyOf(page, SwapContent.END_BYTES);
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, head, at, bytes.length);
    return head;
  }

  @Test
  void aSwapAreaIsKnownOfEveryPageSizeAndMadeAnewAsItWas() {
    for (int page = 4096; page <= 65536; page *= 2) {
      SwapArea area = new SwapArea(AREA.uuid(), "swap-of-old", page);
      byte[] head = Arrays.copyOf(area.page(1 << 20), SwapContent.END_BYTES);
      assertThat(SwapContent.read(head, zeros())).isEqualTo(new SwapContent.Area(area));
    }
    SwapArea nameless = new SwapArea("", "", 4096);
    assertThat(SwapArea.read(nameless.page(1 << 20))).contains(nameless);
    assertThat(AREA.names()).contains("UUID=" + AREA.uuid(), "LABEL=old");
    assertThat(nameless.names()).isEmpty();
  }

  @Test
  void aLabelThatCanNotStandInFstabIsNone() {
    assertThat(SwapArea.read(with(AREA.page(1 << 20), 1052, "a b\n")).get().label()).isEmpty();
  }

  @Test
  void onlyZerosAtBothEndsAreBlank() {
    assertThat(SwapContent.read(zeros(), zeros())).isEqualTo(new SwapContent.Blank());
    for (int at : new int[] {0, 70_000, SwapContent.END_BYTES - 1}) {
      byte[] one = zeros();
      one[at] = 1;
      assertThat(SwapContent.read(one, zeros())).isEqualTo(new SwapContent.Unrecognised());
      assertThat(SwapContent.read(zeros(), one)).isEqualTo(new SwapContent.Unrecognised());
    }
  }

  @Test
  void whatSomebodyMayWantIsNeverTakenForSwapNotEvenBesideASwapArea() {
    byte[] page = AREA.page(1 << 20);
    assertThat(SwapContent.read(with(page, 0, "LUKS\u00ba\u00be"), zeros()))
        .isEqualTo(new SwapContent.Taken("a LUKS volume"));
    assertThat(SwapContent.read(with(page, 512, "LABELONE"), zeros()))
        .isEqualTo(new SwapContent.Taken("an LVM physical volume"));
    assertThat(SwapContent.read(with(page, 82, "FAT32   "), zeros()))
        .isEqualTo(new SwapContent.Taken("a FAT filesystem"));
    assertThat(SwapContent.read(with(page, 32769, "CD001"), zeros()))
        .isEqualTo(new SwapContent.Taken("a CD image"));
    assertThat(SwapContent.read(with(page, 4086, "S1SUSPEND\0"), zeros()))
        .isEqualTo(new SwapContent.Taken("a hibernated system"));
  }

  @Property
  void anyBytesAreReadWithoutAnException(@ForAll byte[] head, @ForAll byte[] tail) {
    assertThat(SwapContent.read(head, tail)).isNotNull();
  }
}
