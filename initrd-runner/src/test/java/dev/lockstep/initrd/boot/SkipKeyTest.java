package dev.lockstep.initrd.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.initrd.syscall.PseudoTerminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Only ESC puts the first boot off, and where nobody can press it nobody is waited for. */
class SkipKeyTest {

  @Test
  void escWithinTheTimePutsItOff() throws Exception {
    try (PseudoTerminal terminal = new PseudoTerminal()) {
      SkipKey key = new SkipKey(terminal.path());
      assertThat(key.isThere()).isTrue();
      Thread person =
          new Thread(
              () -> {
                try {
                  Thread.sleep(300);
                  terminal.type("\u001b");
                } catch (IOException | InterruptedException failed) {
                  throw new IllegalStateException(failed);
                }
              });
      person.start();
      assertThat(key.isPressedWithin(Duration.ofSeconds(30))).isTrue();
      person.join();
    }
  }

  @Test
  void nobodyAndAnyOtherKeyLetItBegin() throws IOException {
    try (PseudoTerminal terminal = new PseudoTerminal()) {
      terminal.type("hello\n");
      assertThat(new SkipKey(terminal.path()).isPressedWithin(Duration.ofMillis(300))).isFalse();
    }
  }

  @Test
  @Timeout(20)
  void withoutAConsoleNobodyIsWaitedFor() {
    for (String none : new String[] {"/dev/null", "/dev/there-is-none"}) {
      SkipKey key = new SkipKey(Path.of(none));
      assertThat(key.isThere()).isFalse();
      assertThat(key.isPressedWithin(Duration.ofSeconds(60))).isFalse();
    }
  }
}
