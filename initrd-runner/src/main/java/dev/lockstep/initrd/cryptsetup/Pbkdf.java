package dev.lockstep.initrd.cryptsetup;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** How a keyslot makes guessing its passphrase slow. */
public sealed interface Pbkdf {
  /** What Argon2id may take, beside the 200 MiB that the rest of a first boot stays within. */
  int PASSPHRASE_MEMORY_KIBIBYTES = 64 * 1024;

  /**
   * For passphrases of people: Argon2id, two seconds of this machine in at most 64 MiB. That is RFC
   * 9106's second choice (section 4), where memory is short; passes make up for memory, up to the
   * two seconds. What opens later, in an initrd, has to have the same memory.
   */
  static Pbkdf forPassphrases() {
    return new Argon2id(2000, PASSPHRASE_MEMORY_KIBIBYTES, 4);
  }

  /** For random keys of 256 bits, which nobody can guess: no cost, so no memory and no wait. */
  static Pbkdf forRandomKeys() {
    return new Pbkdf2(1000);
  }

  /**
   * Argon2id, measured to take a given time.
   *
   * @param targetMillis how long opening shall take, at most with all the memory
   * @param mostMemoryKibibytes how much memory it may take; an initrd may have little
   * @param threads 1 to 4
   */
  record Argon2id(int targetMillis, int mostMemoryKibibytes, int threads) implements Pbkdf {}

  /** Argon2id with its costs fixed, the same on every machine. */
  record FixedArgon2id(int passes, int memoryKibibytes, int threads) implements Pbkdf {}

  /** PBKDF2 with SHA-256, {@code iterations} at least 1000. */
  record Pbkdf2(int iterations) implements Pbkdf {}

  /**
   * As the library wants it.
   *
   * <pre>
   *  struct crypt_pbkdf_type (libcryptsetup.h), 40 bytes
   *  byte   0  const char *type      byte  24  u32 max_memory_kb
   *  byte   8  const char *hash      byte  28  u32 parallel_threads
   *  byte  16  u32 time_ms           byte  32  u32 flags: 2 = no benchmark
   *  byte  20  u32 iterations
   * </pre>
   */
  default MemorySegment toNative(Arena arena) {
    int noBenchmark = 2;
    return switch (this) {
      case Argon2id(int millis, int memory, int threads) ->
          struct(arena, "argon2id", millis, 0, memory, threads, 0);
      case FixedArgon2id(int passes, int memory, int threads) ->
          struct(arena, "argon2id", 0, passes, memory, threads, noBenchmark);
      case Pbkdf2(int iterations) -> struct(arena, "pbkdf2", 0, iterations, 0, 0, noBenchmark);
    };
  }

  private static MemorySegment struct(
      Arena arena, String type, int millis, int iterations, int memory, int threads, int flags) {
    MemorySegment struct = arena.allocate(40, Long.BYTES);
    struct.set(ValueLayout.ADDRESS, 0, arena.allocateFrom(type));
    struct.set(ValueLayout.ADDRESS, 8, arena.allocateFrom("sha256"));
    struct.set(ValueLayout.JAVA_INT, 16, millis);
    struct.set(ValueLayout.JAVA_INT, 20, iterations);
    struct.set(ValueLayout.JAVA_INT, 24, memory);
    struct.set(ValueLayout.JAVA_INT, 28, threads);
    struct.set(ValueLayout.JAVA_INT, 32, flags);
    return struct;
  }
}
