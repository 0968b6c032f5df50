package dev.lockstep.initrd.syscall;

import io.vavr.control.Option;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** A terminal that a person sits at: what is written to it goes to no file, pipe or log. */
public final class TerminalDevice {

  /** The terminal this process was started from, else the machine's console. */
  public static final List<Path> USUAL = List.of(Path.of("/dev/tty"), Path.of("/dev/console"));

  private static final long TCGETS = 0x5401; // asm-generic/ioctls.h; what isatty(3) asks
  private static final int O_NOCTTY = 0x100;
  private static final int TERMIOS_BYTES = 64; // struct termios of the kernel has 36

  private TerminalDevice() {}

  /** The first of these that is a terminal and can be written to. */
  public static Option<Path> first(List<Path> candidates) {
    return Option.ofOptional(candidates.stream().filter(TerminalDevice::isTerminal).findFirst());
  }

  /** As isatty(3) has it; false where it can't be opened. */
  public static boolean isTerminal(Path path) {
    try (Descriptor open = openForWriting(path);
        Arena arena = Arena.ofConfined()) {
      MemorySegment termios = arena.allocate(TERMIOS_BYTES);
      return open.ioctl("isatty", TCGETS, termios) == 0;
    } catch (IOException notThereOrNoTerminal) {
      return false;
    }
  }

  /** Without becoming its session's leader, which would have it signal this process. */
  public static Descriptor openForWriting(Path path) throws IOException {
    return Descriptor.open(path, Descriptor.O_WRONLY | O_NOCTTY);
  }
}
