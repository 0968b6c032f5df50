package dev.lockstep.initrd.cryptsetup;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lockstep.initrd.syscall.NativeFunction;
import dev.lockstep.initrd.syscall.NativeFunction.Result;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/**
 * The functions of libcryptsetup.so.12 (libcryptsetup.h), each with the number of its C arguments.
 * All structures are laid out for 64-bit machines; the layouts were checked against the compiler's.
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

  /** Loaded once, for as long as the process lives: unloading a library with threads is unsafe. */
  private static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(LIBRARY, Arena.global());

  static final NativeFunction INIT_DATA_DEVICE = function("crypt_init_data_device", 3);
  static final NativeFunction FREE = procedure("crypt_free", 1);
  static final NativeFunction SET_LOG_CALLBACK = procedure("crypt_set_log_callback", 3);
  static final NativeFunction SET_DEBUG_LEVEL = procedure("crypt_set_debug_level", 1);
  static final NativeFunction BENCHMARK = function("crypt_benchmark", 8);
  static final NativeFunction SET_DATA_OFFSET = function("crypt_set_data_offset", 2);
  static final NativeFunction SET_PBKDF_TYPE = function("crypt_set_pbkdf_type", 2);
  static final NativeFunction FORMAT = function("crypt_format", 8);
  static final NativeFunction LOAD = function("crypt_load", 3);

  static final NativeFunction KEYSLOT_ADD_BY_VOLUME_KEY =
      function("crypt_keyslot_add_by_volume_key", 6);
  static final NativeFunction KEYSLOT_ADD_BY_PASSPHRASE =
      function("crypt_keyslot_add_by_passphrase", 6);
  static final NativeFunction KEYSLOT_STATUS = function("crypt_keyslot_status", 2);
  static final NativeFunction KEYSLOT_DESTROY = function("crypt_keyslot_destroy", 2);
  static final NativeFunction ACTIVATE_BY_PASSPHRASE = function("crypt_activate_by_passphrase", 6);
  static final NativeFunction DEACTIVATE = function("crypt_deactivate", 2);
  static final NativeFunction GET_VOLUME_KEY_SIZE = function("crypt_get_volume_key_size", 1);
  static final NativeFunction VOLUME_KEY_GET = function("crypt_volume_key_get", 6);

  static final NativeFunction TOKEN_STATUS = function("crypt_token_status", 3);
  static final NativeFunction TOKEN_JSON_GET = function("crypt_token_json_get", 3);
  static final NativeFunction TOKEN_JSON_SET = function("crypt_token_json_set", 3);
  static final NativeFunction ACTIVATE_BY_TOKEN_PIN = function("crypt_activate_by_token_pin", 8);

  static final NativeFunction REENCRYPT_INIT_BY_PASSPHRASE =
      function("crypt_reencrypt_init_by_passphrase", 9);
  static final NativeFunction REENCRYPT_RUN = function("crypt_reencrypt_run", 3);
  static final NativeFunction REENCRYPT_STATUS = function("crypt_reencrypt_status", 2);

  /** void (*log)(int level, const char *msg, void *usrptr). */
  static final FunctionDescriptor LOG_CALLBACK =
      FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, ADDRESS);

  /** int (*progress)(uint64_t size, uint64_t offset, void *usrptr). */
  static final FunctionDescriptor PROGRESS_CALLBACK =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS);

  private LibCryptsetup() {}

  private static NativeFunction function(String name, int arguments) {
    return new NativeFunction(SYMBOLS, name, Result.INT, arguments);
  }

  private static NativeFunction procedure(String name, int arguments) {
    return new NativeFunction(SYMBOLS, name, Result.NOTHING, arguments);
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
