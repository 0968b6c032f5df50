package dev.lockstep.initrd.tpm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * What {@code usrptr} of {@code crypt_activate_by_token_pin} must point to, so that libcryptsetup's
 * {@code systemd-tpm2} plugin uses our TPM and not the machine's.
 *
 * <pre>
 *  0                4        8        16              24
 *  | search_pcr_mask| padding| device | signature_path| pcrlock_path
 *  | u32            |        | char * | char *        | char *, read since systemd 255
 * </pre>
 *
 * <p>The activation's answer tells little (measured, systemd 252): the keyslot's number when it
 * opened; -ENOTRECOVERABLE (-131) for another TPM, other PCRs and no TPM alike; -ENOLCK (-37) in
 * lockout. Ask {@link Lockout} before, and {@link SealedCredential} for a typed reason.
 *
 * <p>Source: systemd, src/shared/tpm2-util.h, {@code systemd_tpm2_plugin_params}. The last field is
 * always there, so that a newer plugin reads a null pointer and not our neighbour's memory.
 */
public final class Tpm2TokenParameters {
  private static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          JAVA_INT.withName("search_pcr_mask"),
          MemoryLayout.paddingLayout(4),
          ADDRESS.withName("device"),
          ADDRESS.withName("signature_path"),
          ADDRESS.withName("pcrlock_path"));

  private static final int ANY_PCR_MASK = -1; // UINT32_MAX
  private static final long DEVICE_OFFSET =
      LAYOUT.byteOffset(MemoryLayout.PathElement.groupElement("device"));

  private Tpm2TokenParameters() {}

  /**
   * The struct, in the arena.
   *
   * @param device as {@link Tpm#lend} gives it; the activation belongs inside the loan
   */
  public static MemorySegment allocate(Arena arena, String device) {
    MemorySegment parameters = arena.allocate(LAYOUT);
    parameters.set(JAVA_INT, 0, ANY_PCR_MASK);
    parameters.set(ADDRESS, DEVICE_OFFSET, arena.allocateFrom(device));
    return parameters;
  }
}
