package dev.lockstep.initrd.syscall;

import dev.lockstep.initrd.syscall.NativeFunction.Result;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/**
 * The library libcryptsetup itself computes with, where it is built with OpenSSL: what is digested
 * and deciphered by it is so at the processor's speed from the first byte on. Java's own needs the
 * JVM's optimising compiler for that, which a process of seconds leaves out.
 */
final class Libcrypto {
  private static final String[] NAMES = {"libcrypto.so.3", "libcrypto.so.1.1"};

  /** Without the library this class can't be initialised. */
  static final SymbolLookup SYMBOLS = library();

  private Libcrypto() {}

  private static SymbolLookup library() {
    for (String name : NAMES) {
      try {
        return SymbolLookup.libraryLookup(name, Arena.global());
      } catch (IllegalArgumentException missing) {
        // The next one, or none.
      }
    }
    throw new UnsatisfiedLinkError("no libcrypto");
  }

  static NativeFunction function(String name, Result result, int arguments) {
    return new NativeFunction(SYMBOLS, name, result, arguments);
  }
}
