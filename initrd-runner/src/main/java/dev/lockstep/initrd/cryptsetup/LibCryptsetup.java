package dev.lockstep.initrd.cryptsetup;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The functions of libcryptsetup.so.12 (libcryptsetup.h), each as a method handle with its C
 * arguments. All structures are laid out for 64-bit machines; the layouts were checked against the
 * compiler's.
 */
final class LibCryptsetup {
  static final String LIBRARY = "libcryptsetup.so.12";
  static final String LUKS2 = "LUKS2";

  static final int ANY_SLOT = -1;
  static final int ANY_TOKEN = -1;
  static final int KEYSLOTS = 32; // LUKS2_KEYSLOTS_MAX
  static final int TOKENS = 32; // LUKS2_TOKENS_MAX

  static final int REENCRYPT_MODE_ENCRYPT = 1;
  static final int REENCRYPT_BACKWARD = 1;
  static final int REENCRYPT_INITIALIZE_ONLY = 1;
  static final int REENCRYPT_MOVE_FIRST_SEGMENT = 1 << 1;
  static final int REENCRYPT_RESUME_ONLY = 1 << 2;
  static final int REENCRYPT_RECOVERY = 1 << 3;

  private static final Linker LINKER = Linker.nativeLinker();

  /** Loaded once, for as long as the process lives: unloading a library with threads is unsafe. */
  private static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(LIBRARY, Arena.global());

  static final MethodHandle INIT_DATA_DEVICE =
      function("crypt_init_data_device", ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle FREE = procedure("crypt_free", ADDRESS);
  static final MethodHandle SET_LOG_CALLBACK =
      procedure("crypt_set_log_callback", ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle SET_DEBUG_LEVEL = procedure("crypt_set_debug_level", JAVA_INT);
  static final MethodHandle BENCHMARK =
      function(
          "crypt_benchmark",
          ADDRESS,
          ADDRESS,
          ADDRESS,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          ADDRESS,
          ADDRESS);
  static final MethodHandle SET_DATA_OFFSET = function("crypt_set_data_offset", ADDRESS, JAVA_LONG);
  static final MethodHandle SET_PBKDF_TYPE = function("crypt_set_pbkdf_type", ADDRESS, ADDRESS);
  static final MethodHandle FORMAT =
      function(
          "crypt_format", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  static final MethodHandle LOAD = function("crypt_load", ADDRESS, ADDRESS, ADDRESS);

  static final MethodHandle KEYSLOT_ADD_BY_VOLUME_KEY =
      function(
          "crypt_keyslot_add_by_volume_key",
          ADDRESS,
          JAVA_INT,
          ADDRESS,
          JAVA_LONG,
          ADDRESS,
          JAVA_LONG);
  static final MethodHandle KEYSLOT_ADD_BY_PASSPHRASE =
      function(
          "crypt_keyslot_add_by_passphrase",
          ADDRESS,
          JAVA_INT,
          ADDRESS,
          JAVA_LONG,
          ADDRESS,
          JAVA_LONG);
  static final MethodHandle KEYSLOT_STATUS = function("crypt_keyslot_status", ADDRESS, JAVA_INT);
  static final MethodHandle KEYSLOT_DESTROY = function("crypt_keyslot_destroy", ADDRESS, JAVA_INT);
  static final MethodHandle ACTIVATE_BY_PASSPHRASE =
      function(
          "crypt_activate_by_passphrase", ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  static final MethodHandle DEACTIVATE = function("crypt_deactivate", ADDRESS, ADDRESS);
  static final MethodHandle GET_VOLUME_KEY_SIZE = function("crypt_get_volume_key_size", ADDRESS);
  static final MethodHandle VOLUME_KEY_GET =
      function("crypt_volume_key_get", ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);

  static final MethodHandle TOKEN_STATUS =
      function("crypt_token_status", ADDRESS, JAVA_INT, ADDRESS);
  static final MethodHandle TOKEN_JSON_GET =
      function("crypt_token_json_get", ADDRESS, JAVA_INT, ADDRESS);
  static final MethodHandle TOKEN_JSON_SET =
      function("crypt_token_json_set", ADDRESS, JAVA_INT, ADDRESS);
  static final MethodHandle ACTIVATE_BY_TOKEN_PIN =
      function(
          "crypt_activate_by_token_pin",
          ADDRESS,
          ADDRESS,
          ADDRESS,
          JAVA_INT,
          ADDRESS,
          JAVA_LONG,
          ADDRESS,
          JAVA_INT);

  static final MethodHandle REENCRYPT_INIT_BY_PASSPHRASE =
      function(
          "crypt_reencrypt_init_by_passphrase",
          ADDRESS,
          ADDRESS,
          ADDRESS,
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          ADDRESS,
          ADDRESS,
          ADDRESS);
  static final MethodHandle REENCRYPT_RUN =
      function("crypt_reencrypt_run", ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle REENCRYPT_STATUS = function("crypt_reencrypt_status", ADDRESS, ADDRESS);

  /** void (*log)(int level, const char *msg, void *usrptr). */
  static final FunctionDescriptor LOG_CALLBACK =
      FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, ADDRESS);

  /** int (*progress)(uint64_t size, uint64_t offset, void *usrptr). */
  static final FunctionDescriptor PROGRESS_CALLBACK =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS);

  private LibCryptsetup() {}

  private static MethodHandle function(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        SYMBOLS.findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static MethodHandle procedure(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(SYMBOLS.findOrThrow(name), FunctionDescriptor.ofVoid(arguments));
  }

  /** One call of the library, given the device pointer; its result is never larger than an int. */
  @FunctionalInterface
  interface Call {
    int invoke(MemorySegment device) throws Throwable;
  }

  /** A call of the library that returns nothing. */
  @FunctionalInterface
  interface VoidCall {
    void invoke() throws Throwable;
  }

  static void invokeVoid(String name, VoidCall call) {
    int _ =
        invoke(
            name,
            MemorySegment.NULL,
            _ -> {
              call.invoke();
              return 0;
            });
  }

  static int invoke(String name, MemorySegment pointer, Call call) {
    try {
      return call.invoke(pointer);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(name + " could not be called", e);
    }
  }
}
