package dev.lockstep.initrd.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TerminalKeysTest {

  @Test
  void escIsToldFromEveryOtherKeyAndTheTerminalIsLeftAsItWas() throws IOException {
    try (PseudoTerminal terminal = new PseudoTerminal()) {
      byte[] before = terminal.settings();
      try (TerminalKeys keys = TerminalKeys.of(terminal.path())) {
        assertThat(keys.isEscape()).as("nothing was typed").isFalse();
        terminal.type("x");
        assertThat(keys.isEscape()).isFalse();
        terminal.type("\u001b[A"); // the arrow upwards
        assertThat(keys.isEscape()).isFalse();
        terminal.type("\u001b");
        assertThat(keys.isEscape()).as("without a newline").isTrue();
        assertThat(terminal.settings()).isNotEqualTo(before);
      }
      assertThat(terminal.settings()).isEqualTo(before);
    }
  }

  @Test
  void whatIsNoTerminalIsRefused() {
    assertThatThrownBy(() -> TerminalKeys.of(Path.of("/dev/null"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> TerminalKeys.of(Path.of("/dev/there-is-none")))
        .isInstanceOf(IOException.class);
  }
}
