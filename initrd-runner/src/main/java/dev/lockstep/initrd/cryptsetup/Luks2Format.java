package dev.lockstep.initrd.cryptsetup;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.UUID;

/**
 * The volume to be made: always aes-xts-plain64 with a 512-bit key.
 *
 * @param uuid fixed by the caller, so that it is known before anything is written
 * @param label up to 47 bytes; may be empty
 * @param dataOffsetSectors where the data will begin, in 512-byte sectors, a multiple of 8
 * @param sectorBytes encryption sector: 512, 1024, 2048 or 4096; no larger than the filesystem's
 *     block
 */
public record Luks2Format(UUID uuid, String label, long dataOffsetSectors, int sectorBytes) {
  /** 16 MiB: the room a LUKS2 header of default size takes, and the shift of a conversion. */
  public static final long DEFAULT_DATA_OFFSET_SECTORS = 32768;

  static final String CIPHER = "aes";
  static final String CIPHER_MODE = "xts-plain64";
  static final int VOLUME_KEY_BYTES = 64;

  /**
   * As the library wants it.
   *
   * <pre>
   *  struct crypt_params_luks2 (libcryptsetup.h), 64 bytes
   *  byte   0  struct crypt_pbkdf_type *pbkdf       byte  32  const char *data_device
   *  byte   8  const char *integrity                byte  40  u32 sector_size
   *  byte  16  void *integrity_params               byte  48  const char *label
   *  byte  24  size_t data_alignment                byte  56  const char *subsystem
   * </pre>
   */
  MemorySegment toNative(Arena arena, Pbkdf pbkdf) {
    MemorySegment struct = sectorSizeOnly(arena, sectorBytes);
    struct.set(ValueLayout.ADDRESS, 0, pbkdf.toNative(arena));
    if (!label.isEmpty()) {
      struct.set(ValueLayout.ADDRESS, 48, arena.allocateFrom(label));
    }
    return struct;
  }

  /** The same structure with nothing set but the sector size, which is all a conversion reads. */
  static MemorySegment sectorSizeOnly(Arena arena, int sectorBytes) {
    MemorySegment struct = arena.allocate(64, Long.BYTES);
    struct.set(ValueLayout.JAVA_INT, 40, sectorBytes);
    return struct;
  }
}
