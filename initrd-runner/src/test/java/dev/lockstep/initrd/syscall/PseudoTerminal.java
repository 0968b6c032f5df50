package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A terminal with us at its keyboard (pts(4)). */
public final class PseudoTerminal implements AutoCloseable {
  private static final long TIOCSPTLCK = 0x40045431L;
  private static final long TIOCGPTN = 0x80045430L;
  private static final long TCGETS = 0x5401;
  private static final int O_NOCTTY = 0x100;

  private final Descriptor keyboard;
  private final Path path;

  public PseudoTerminal() throws IOException {
    keyboard = Descriptor.open(Path.of("/dev/ptmx"), Descriptor.O_RDWR | O_NOCTTY);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
      keyboard.ioctl("TIOCSPTLCK", TIOCSPTLCK, number);
      keyboard.ioctl("TIOCGPTN", TIOCGPTN, number);
      path = Path.of("/dev/pts", String.valueOf(number.get(ValueLayout.JAVA_INT, 0)));
    }
  }

  public Path path() {
    return path;
  }

  public void type(String keys) throws IOException {
    byte[] bytes = keys.getBytes(StandardCharsets.US_ASCII);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      Libc.check(
          "write",
          "ptmx",
          capture ->
              Libc.WRITE.callCapturing(capture, keyboard.number(), copy, (long) bytes.length));
    }
  }

  /** Its settings, to be compared. */
  byte[] settings() throws IOException {
    try (Descriptor terminal = Descriptor.open(path, Descriptor.O_RDONLY | O_NOCTTY);
        Arena arena = Arena.ofConfined()) {
      MemorySegment termios = arena.allocate(64);
      terminal.ioctl("TCGETS", TCGETS, termios);
      return termios.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Override
  public void close() throws IOException {
    keyboard.close();
  }
}
