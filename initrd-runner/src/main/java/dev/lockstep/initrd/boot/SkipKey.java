package dev.lockstep.initrd.boot;

import dev.lockstep.initrd.syscall.TerminalDevice;
import dev.lockstep.initrd.syscall.TerminalKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Some seconds in which a person at the console may put the encryption off to the next boot, by the
 * key ESC. Where there is no console, nobody is waited for.
 */
record SkipKey(Path console) {

  static final SkipKey OF_MACHINE = new SkipKey(Path.of("/dev/console"));

  /** Whether there is a terminal that a person may sit at. */
  boolean isThere() {
    return TerminalDevice.isTerminal(console);
  }

  /** Whether the key was pressed within that time. */
  boolean isPressedWithin(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    try (TerminalKeys keys = TerminalKeys.of(console)) {
      while (System.nanoTime() < deadline) {
        long begun = System.nanoTime();
        if (keys.isEscape()) {
          return true;
        }
        if (System.nanoTime() - begun < Duration.ofMillis(10).toNanos()) {
          Thread.sleep(50); // a line that hung up answers at once, again and again
        }
      }
    } catch (IOException noConsole) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return false;
  }
}
