package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.boot.Crypttab;
import dev.lockstep.statemachine.boot.Opener;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/** What a first boot puts into the plain root for one volume. Twice is as good as once. */
interface Staging {

  /** Why the root can't be told of the volume, in a sentence; asked before the first write. */
  Option<String> objection(Path root) throws IOException;

  /**
   * Puts it in.
   *
   * @param root where it is mounted
   * @param opener who opens the volume at boot
   * @return the digest of the crypttab that was read back
   */
  Digest putInto(Path root, UUID luksUuid, Opener opener) throws IOException;

  /** Crypttab with an inert line of this volume made live; none where nothing is to be changed. */
  Option<Crypttab> activated(Path root, UUID luksUuid) throws IOException;

  /** Whether anything of it is there, whole or in part. */
  boolean isIn(Path root) throws IOException;

  /** Takes it out; what was there before is as it was. */
  void removeFrom(Path root) throws IOException;
}
