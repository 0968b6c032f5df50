package dev.lockstep.initrd.cryptsetup;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The library's last messages, so many and so long at most. */
final class LibraryLog {
  private static final int MOST_LINES = 32;
  private static final int LONGEST_LINE = 400;

  private final Deque<String> lines = new ArrayDeque<>();

  synchronized void add(String message) {
    String line = message.strip();
    if (line.isEmpty()) {
      return;
    }
    if (lines.size() == MOST_LINES) {
      lines.removeFirst();
    }
    lines.addLast(line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE));
  }

  synchronized void clear() {
    lines.clear();
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** A C function that puts each message into the log; valid as long as the arena. */
  MemorySegment callback(Arena arena) {
    try {
      return Linker.nativeLinker()
          .upcallStub(
              MethodHandles.lookup()
                  .bind(
                      new LogReceiver(this),
                      "receive",
                      MethodType.methodType(
                          void.class, int.class, MemorySegment.class, MemorySegment.class)),
              LibCryptsetup.LOG_CALLBACK,
              arena);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the log receiver is right here", e);
    }
  }

  /** What C calls. An exception that left it would end the whole JVM. */
  private record LogReceiver(LibraryLog log) {
    private static final int LONGEST_MESSAGE = 4096;

    @SuppressWarnings("unused") // called from C
    void receive(int level, MemorySegment message, MemorySegment user) {
      try {
        log.add(message.reinterpret(LONGEST_MESSAGE).getString(0));
      } catch (RuntimeException e) {
        log.add("(a message of the library could not be read)");
      }
    }
  }
}
