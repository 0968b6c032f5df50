package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * A terminal read key by key, without an echo; its settings are as before once this is closed.
 *
 * <pre>
 *  asm-generic/termbits.h, struct termios
 *   0 c_iflag u32   4 c_oflag u32   8 c_cflag u32   12 c_lflag u32   16 c_line u8   17 c_cc u8[19]
 * </pre>
 */
public final class TerminalKeys implements AutoCloseable {
  /** What the key ESC sends; with other bytes behind it, it is some other key. */
  private static final int ESCAPE = 0x1b;

  private static final long TCGETS = 0x5401;
  private static final long TCSETS = 0x5402;
  private static final int O_NOCTTY = 0x100;
  private static final int TERMIOS_BYTES = 64;
  private static final int LOCAL_FLAGS_AT = 12;
  private static final int CHARACTERS_AT = 17;
  private static final int VTIME = 5;
  private static final int VMIN = 6;
  private static final int ICANON = 2;
  private static final int ECHO = 8;
  private static final byte TENTHS_TO_WAIT = 1;
  private static final int MOST_BYTES = 16;

  private final Descriptor terminal;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment before = arena.allocate(TERMIOS_BYTES);
  private final MemorySegment typed = arena.allocate(MOST_BYTES);

  private TerminalKeys(Descriptor terminal) {
    this.terminal = terminal;
  }

  /**
   * Begins to listen; what was typed before is read, too.
   *
   * @throws IOException also where it is no terminal
   */
  public static TerminalKeys of(Path path) throws IOException {
    TerminalKeys keys = new TerminalKeys(Descriptor.open(path, Descriptor.O_RDONLY | O_NOCTTY));
    try {
      keys.listen();
      return keys;
    } catch (IOException noTerminal) {
      keys.terminal.close();
      keys.arena.close();
      throw noTerminal;
    }
  }

  private void listen() throws IOException {
    terminal.ioctl("TCGETS", TCGETS, before);
    MemorySegment wanted = arena.allocate(TERMIOS_BYTES).copyFrom(before);
    int flags = wanted.get(ValueLayout.JAVA_INT, LOCAL_FLAGS_AT);
    wanted.set(ValueLayout.JAVA_INT, LOCAL_FLAGS_AT, flags & ~(ICANON | ECHO));
    wanted.set(ValueLayout.JAVA_BYTE, CHARACTERS_AT + VMIN, (byte) 0);
    wanted.set(ValueLayout.JAVA_BYTE, CHARACTERS_AT + VTIME, TENTHS_TO_WAIT);
    terminal.ioctl("TCSETS", TCSETS, wanted);
  }

  /** Waits a tenth of a second for a key, and tells whether it was ESC. */
  public boolean isEscape() throws IOException {
    long count =
        Libc.checkRestarting(
            "read",
            terminal.name(),
            capture ->
                Libc.READ.callCapturing(capture, terminal.number(), typed, (long) MOST_BYTES));
    return count == 1 && typed.get(ValueLayout.JAVA_BYTE, 0) == ESCAPE;
  }

  @Override
  public void close() throws IOException {
    try (terminal;
        arena) {
      terminal.ioctl("TCSETS", TCSETS, before);
    }
  }
}
