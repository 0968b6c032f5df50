package dev.lockstep.statemachine.port;

import dev.lockstep.statemachine.boot.Opener;
import java.io.IOException;
import java.util.UUID;

/** The configuration in the root filesystem, while that is still in the clear. */
public interface RootConfiguration {

  /**
   * Adds the line for the volume to crypttab, keeping all others, and what grows the filesystem
   * after the conversion: write-new, fsync, rename, fsync of the folder. Twice is as good as once.
   *
   * @param opener who opens it at boot
   * @return the digest of the crypttab that was read back
   */
  Digest stage(UUID luksUuid, Opener opener) throws IOException;

  /**
   * Takes out again what {@link #stage} put in, if anything, for whichever volume it was; every
   * file is then as it was before. Twice is as good as once.
   */
  void unstage() throws IOException;
}
