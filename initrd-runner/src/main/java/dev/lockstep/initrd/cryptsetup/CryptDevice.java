package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A LUKS2 header and its data, through libcryptsetup. Device-mapper is not needed, but by {@link
 * MappedVolume}.
 *
 * <p>Each call that changes something returns only when it is flushed, and fails if a write was
 * lost. Not thread-safe; closing it frees the library's memory, keys included.
 */
public final class CryptDevice implements AutoCloseable {
  private final CryptHandle handle;

  private CryptDevice(CryptHandle handle) {
    this.handle = handle;
  }

  /**
   * A header within its device.
   *
   * @param device a block device or a regular file
   */
  public static CryptDevice open(Path device) throws IOException {
    return new CryptDevice(CryptHandle.open(device, Optional.empty()));
  }

  /**
   * A header apart from its data.
   *
   * @param header an existing file, made by {@link HeaderFile} where it is new
   * @param data a block device or a regular file
   */
  public static CryptDevice open(Path header, Path data) throws IOException {
    return new CryptDevice(CryptHandle.open(header, Optional.of(data)));
  }

  /**
   * Reads the LUKS2 header. The library mends a damaged copy of it from the other one, by writing.
   *
   * @return this
   */
  public CryptDevice load() throws IOException {
    Keyslots.reload(handle);
    return this;
  }

  /**
   * Writes a new LUKS2 header, without keyslots, and makes a new volume key. Until this object is
   * closed, {@link Keyslots#add} knows that key.
   *
   * @param pbkdf for the digest of the volume key and as default for keyslots
   * @return this
   */
  public CryptDevice format(Luks2Format format, Pbkdf pbkdf) throws IOException {
    format(format, pbkdf, MemorySegment.NULL);
    return this;
  }

  /** As {@link #format(Luks2Format, Pbkdf)}, with a volume key of 64 bytes given. */
  public CryptDevice format(Luks2Format format, Pbkdf pbkdf, Secret volumeKey) throws IOException {
    if (volumeKey.length() != Luks2Format.VOLUME_KEY_BYTES) {
      throw new IllegalArgumentException(
          "the volume key has " + Luks2Format.VOLUME_KEY_BYTES + " bytes");
    }
    format(format, pbkdf, volumeKey.bytes());
    return this;
  }

  private void format(Luks2Format format, Pbkdf pbkdf, MemorySegment volumeKey) throws IOException {
    handle.check(
        "crypt_set_data_offset",
        cd -> (int) LibCryptsetup.SET_DATA_OFFSET.call(cd, format.dataOffsetSectors()));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment type = arena.allocateFrom(LibCryptsetup.LUKS2);
      MemorySegment cipher = arena.allocateFrom(Luks2Format.CIPHER);
      MemorySegment mode = arena.allocateFrom(Luks2Format.CIPHER_MODE);
      MemorySegment uuid = arena.allocateFrom(format.uuid().toString());
      MemorySegment parameters = format.toNative(arena, pbkdf);
      handle.check(
          "crypt_format",
          cd ->
              (int)
                  LibCryptsetup.FORMAT.call(
                      cd,
                      type,
                      cipher,
                      mode,
                      uuid,
                      volumeKey,
                      (long) Luks2Format.VOLUME_KEY_BYTES,
                      parameters));
    }
    handle.flush();
  }

  /** Has device-mapper show the volume in the clear; see {@link MappedVolume}. */
  void activate(String name, Secret key) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      int _ =
          handle.checkKey(
              "crypt_activate_by_passphrase",
              cd ->
                  (int)
                      LibCryptsetup.ACTIVATE_BY_PASSPHRASE.call(
                          cd, text, LibCryptsetup.ANY_SLOT, key.bytes(), (long) key.length(), 0));
    }
  }

  /** Passphrases and the volume key. */
  public Keyslots keyslots() {
    return new Keyslots(handle);
  }

  /** Tokens: where passphrases come from. */
  public Tokens tokens() {
    return new Tokens(handle);
  }

  /** The conversion in place. */
  public Reencryption reencryption() {
    return new Reencryption(handle);
  }

  @Override
  public void close() throws IOException {
    handle.close();
  }
}
