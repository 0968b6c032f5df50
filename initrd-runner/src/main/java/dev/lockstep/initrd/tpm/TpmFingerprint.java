package dev.lockstep.initrd.tpm;

import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.TpmIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * What names a TPM. A primary key is derived from its hierarchy's seed and a template, so it is the
 * same key each time (TPM 2.0 Library, part 1, 27.2 primary seed properties): the endorsement
 * hierarchy's seed outlives TPM2_Clear, the storage hierarchy's is made anew by it. Seen on swtpm,
 * where {@code tpm2_clear} leaves the one and changes the other.
 */
public final class TpmFingerprint {

  private TpmFingerprint() {}

  /**
   * Uses up no try; some 50 ms on a software TPM. Not told where the TPM does not answer, or where
   * its owner has set a password for one of the two hierarchies.
   */
  public static TpmIdentity of(Tpm tpm, String salt) {
    try {
      return tpm.lend(
          _ -> {
            TpmCommands commands = new TpmCommands(tpm::transmit);
            return new TpmIdentity(
                salted(salt, commands.primaryPublic(TpmCommands.ENDORSEMENT_HIERARCHY)),
                salted(salt, commands.primaryPublic(TpmCommands.OWNER_HIERARCHY)));
          });
    } catch (IOException untold) {
      return TpmIdentity.NOT_TOLD;
    }
  }

  private static String salted(String salt, byte[] publicArea) {
    MessageDigest running = Digest.sha256();
    running.update(salt.getBytes(StandardCharsets.UTF_8));
    return Digest.finish(running, publicArea).hex();
  }
}
