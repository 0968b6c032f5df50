package dev.lockstep.statemachine.port;

import dev.lockstep.statemachine.boot.Opener;
import java.io.IOException;
import java.util.UUID;

/** The configuration in the root filesystem, while that is still in the clear. */
public interface RootConfiguration {

  /**
   * Adds the line for the volume to crypttab, keeping all others, and what grows the filesystem
   * after the conversion: write-new, fsync, rename, fsync of the folder. Twice is as good as once.
   * A data volume's line is inert until {@link #activate}.
   *
   * @param opener who opens it at boot
   * @return the digest of the crypttab that was read back
   */
  Digest stage(UUID luksUuid, Opener opener) throws IOException;

  /**
   * Makes the staged line of a data volume live, once every key is proven to open it: a system that
   * was booted before could open a header that a cut tore, and would write over the head's copy.
   * The root is encrypted last, so it is in the clear still. One that is not was begun when this
   * volume was complete, its line live (only records that were lost lead here then), and is left
   * alone. So is a line that a person changed. Durable when it returns; twice is as good as once.
   */
  void activate(UUID luksUuid) throws IOException;

  /**
   * Takes out again what {@link #stage} put in, if anything, for whichever volume it was; every
   * file is then as it was before. Twice is as good as once.
   */
  void unstage() throws IOException;
}
