package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.syscall.Errno;
import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** The tokens of a {@link CryptDevice}, 0 to 31: JSON objects that anybody may read. */
public final class Tokens {
  /** In place of a token's number: the first free one, or all of them. */
  public static final int ANY = LibCryptsetup.ANY_TOKEN;

  /** {@code CRYPT_TOKEN_INACTIVE} of {@code crypt_token_info}. */
  private static final int INACTIVE = 1;

  private static final int LONGEST_JSON = Luks2BinaryHeader.LARGEST_HEADER_BYTES;

  private final CryptHandle handle;

  Tokens(CryptHandle handle) {
    this.handle = handle;
  }

  /** The token's JSON, as the library prints it; empty when there is none of that number. */
  public Optional<String> json(int token) throws IOException {
    requireToken(token);
    int status =
        handle.check(
            "crypt_token_status",
            cd -> (int) LibCryptsetup.TOKEN_STATUS.call(cd, token, MemorySegment.NULL));
    if (status <= INACTIVE) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(ValueLayout.ADDRESS);
      handle.check(
          "crypt_token_json_get", cd -> (int) LibCryptsetup.TOKEN_JSON_GET.call(cd, token, text));
      return Optional.of(text.get(ValueLayout.ADDRESS, 0).reinterpret(LONGEST_JSON).getString(0));
    }
  }

  /**
   * Writes a token.
   *
   * @param token its number, which is overwritten, or {@link #ANY} for a free one
   * @param json an object with at least {@code type} and {@code keyslots}
   * @return its number
   */
  public int set(int token, String json) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return set(token, arena.allocateFrom(json));
    }
  }

  /** Removes a token; removing one that is not there is an error of the library. */
  public void remove(int token) throws IOException {
    requireToken(token);
    int _ = set(token, MemorySegment.NULL);
  }

  private int set(int token, MemorySegment json) throws IOException {
    int written =
        handle.check(
            "crypt_token_json_set", cd -> (int) LibCryptsetup.TOKEN_JSON_SET.call(cd, token, json));
    handle.flush();
    return written;
  }

  /**
   * Lets systemd's tpm2 plug-in unseal a token's passphrase and tries it. Nothing is mapped.
   *
   * @param token its number, or {@link #ANY}
   * @param pin where the token was made with one
   */
  public TokenTest testTpm2(int token, Optional<Secret> pin, Tpm2TokenParameters parameters) {
    try (Arena arena = Arena.ofConfined()) {
      return test("systemd-tpm2", token, pin, parameters.toNative(arena));
    }
  }

  /**
   * Lets the plug-in of this type get a passphrase from its device, and tries it. Nothing is
   * mapped. Somebody may have to touch the device; there is no time limit here.
   *
   * @param type of the token, such as {@code systemd-fido2}
   */
  public TokenTest testAny(String type, Optional<Secret> pin) {
    return test(type, ANY, pin, MemorySegment.NULL);
  }

  private TokenTest test(String tokenType, int token, Optional<Secret> pin, MemorySegment user) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment type = arena.allocateFrom(tokenType);
      MemorySegment pinBytes = pin.map(Secret::bytes).orElse(MemorySegment.NULL);
      int result =
          handle.call(
              "crypt_activate_by_token_pin",
              cd ->
                  (int)
                      LibCryptsetup.ACTIVATE_BY_TOKEN_PIN.call(
                          cd,
                          MemorySegment.NULL,
                          type,
                          token,
                          pinBytes,
                          pinBytes.byteSize(),
                          user,
                          0));
      return outcome(result);
    }
  }

  private TokenTest outcome(int result) {
    return switch (-result) {
      case Errno.EPERM -> new TokenTest.WrongKey();
      case Errno.ENOENT -> new TokenTest.NoSuchToken();
      case Errno.ENOANO -> new TokenTest.PinNeeded();
      case Errno.EAGAIN -> new TokenTest.DeviceMissing();
      default ->
          result < 0 ? new TokenTest.Failed(-result, handle.log()) : new TokenTest.Opens(result);
    };
  }

  private static void requireToken(int token) {
    if (token < 0 || token >= LibCryptsetup.TOKENS) {
      throw new IllegalArgumentException("no token has the number " + token);
    }
  }
}
