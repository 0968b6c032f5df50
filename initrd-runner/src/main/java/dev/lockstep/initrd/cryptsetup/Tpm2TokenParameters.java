package dev.lockstep.initrd.cryptsetup;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What systemd's tpm2 token plug-in takes in its user pointer.
 *
 * @param device such as {@code /dev/tpmrm0} or {@code swtpm:path=S}; empty for the machine's own
 * @param signature the signature file of a signed PCR policy; empty for the usual places
 */
public record Tpm2TokenParameters(Optional<String> device, Optional<Path> signature) {
  /** The machine's own TPM. */
  public static final Tpm2TokenParameters DEFAULT =
      new Tpm2TokenParameters(Optional.empty(), Optional.empty());

  public static Tpm2TokenParameters device(String device) {
    return new Tpm2TokenParameters(Optional.of(device), Optional.empty());
  }

  /**
   * As the plug-in wants it (systemd src/shared/tpm2-util.h). Version 252 has the first three
   * fields; the fourth came in 255 and is always null here, so one structure serves both.
   *
   * <pre>
   *  struct systemd_tpm2_plugin_params, 32 bytes
   *  byte   0  u32 search_pcr_mask          all ones: any
   *  byte   8  const char *device
   *  byte  16  const char *signature_path
   *  byte  24  const char *pcrlock_path
   * </pre>
   */
  MemorySegment toNative(Arena arena) {
    MemorySegment struct = arena.allocate(32, Long.BYTES);
    struct.set(ValueLayout.JAVA_INT, 0, -1);
    if (device.isPresent()) {
      struct.set(ValueLayout.ADDRESS, 8, arena.allocateFrom(device.get()));
    }
    if (signature.isPresent()) {
      struct.set(ValueLayout.ADDRESS, 16, arena.allocateFrom(signature.get().toString()));
    }
    return struct;
  }
}
