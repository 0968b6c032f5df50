package dev.lockstep.initrd.tpm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Opens a header's TPM2 token, or a passphrase slot, with libcryptsetup. Without a mapping name it
 * only checks, and needs no device-mapper.
 */
final class LuksTokenActivation {
  private static final int ANY = -1;

  private LuksTokenActivation() {}

  /** The keyslot that the token opened, or a negative errno. */
  static int byToken(Path header, String device) {
    return with(
        header,
        (lookup, crypt, arena) -> {
          MethodHandle activate =
              function(
                  lookup,
                  "crypt_activate_by_token_pin",
                  FunctionDescriptor.of(
                      JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS,
                      JAVA_INT));
          return (int)
              activate.invokeExact(
                  crypt,
                  MemorySegment.NULL,
                  arena.allocateFrom("systemd-tpm2"),
                  ANY,
                  MemorySegment.NULL,
                  0L,
                  Tpm2TokenParameters.allocate(arena, device),
                  0);
        });
  }

  /** Adds a slot for another passphrase; gives its number or a negative errno. */
  static int addPassphrase(Path header, MemorySegment existing, MemorySegment added) {
    return with(
        header,
        (lookup, crypt, arena) -> {
          useQuickKeyDerivation(lookup, crypt, arena);
          MethodHandle add =
              function(
                  lookup,
                  "crypt_keyslot_add_by_passphrase",
                  FunctionDescriptor.of(
                      JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG));
          return (int)
              add.invokeExact(
                  crypt,
                  ANY,
                  copy(arena, existing),
                  existing.byteSize(),
                  copy(arena, added),
                  added.byteSize());
        });
  }

  /** Adds a token; gives its number or a negative errno. */
  static int addToken(Path header, String json) {
    return with(
        header,
        (lookup, crypt, arena) -> {
          MethodHandle set =
              function(
                  lookup,
                  "crypt_token_json_set",
                  FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
          return (int) set.invokeExact(crypt, ANY, arena.allocateFrom(json));
        });
  }

  /** {@code struct crypt_pbkdf_type}: PBKDF2, 1000 iterations, not benchmarked. Only for tests. */
  private static void useQuickKeyDerivation(SymbolLookup lookup, MemorySegment crypt, Arena arena)
      throws Throwable {
    MemorySegment type = arena.allocate(40, 8);
    type.set(ADDRESS, 0, arena.allocateFrom("pbkdf2"));
    type.set(ADDRESS, 8, arena.allocateFrom("sha256"));
    type.set(JAVA_INT, 20, 1000);
    type.set(JAVA_INT, 32, 2); // CRYPT_PBKDF_NO_BENCHMARK
    MethodHandle set =
        function(lookup, "crypt_set_pbkdf_type", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    int result = (int) set.invokeExact(crypt, type);
    if (result != 0) {
      throw new AssertionError("crypt_set_pbkdf_type gave " + result);
    }
  }

  private static MemorySegment copy(Arena arena, MemorySegment bytes) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes.toArray(ValueLayout.JAVA_BYTE));
  }

  private interface Use {
    int apply(SymbolLookup lookup, MemorySegment crypt, Arena arena) throws Throwable;
  }

  private static int with(Path header, Use use) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup lookup = SymbolLookup.libraryLookup("libcryptsetup.so.12", arena);
      MemorySegment pointer = arena.allocate(ADDRESS);
      MethodHandle init =
          function(lookup, "crypt_init", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
      int result = (int) init.invokeExact(pointer, arena.allocateFrom(header.toString()));
      if (result < 0) {
        return result;
      }
      MemorySegment crypt = pointer.get(ADDRESS, 0);
      MethodHandle load =
          function(
              lookup, "crypt_load", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
      result = (int) load.invokeExact(crypt, arena.allocateFrom("LUKS2"), MemorySegment.NULL);
      if (result == 0) {
        result = use.apply(lookup, crypt, arena);
      }
      function(lookup, "crypt_free", FunctionDescriptor.ofVoid(ADDRESS)).invokeExact(crypt);
      return result;
    } catch (Throwable failed) {
      throw new AssertionError(failed);
    }
  }

  private static MethodHandle function(
      SymbolLookup lookup, String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(lookup.findOrThrow(name), descriptor);
  }
}
