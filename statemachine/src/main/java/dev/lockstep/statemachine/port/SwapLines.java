package dev.lockstep.statemachine.port;

import io.vavr.control.Option;
import java.io.IOException;
import java.util.Set;

/** What the root's files say of a swap partition, while the root is in the clear. */
public interface SwapLines {

  /** Whether the root is surely in the clear, so that it can be written to. */
  boolean arePossible() throws IOException;

  /**
   * Why they can't be put in, in a sentence. Reads only.
   *
   * @param names by which fstab may call the swap area on it
   */
  Option<String> objection(Set<String> names) throws IOException;

  /**
   * Whether crypttab gives the partition a random key at each boot by exactly our line, and by no
   * other: only then may every boot have written over it. Reads only, and only a plain root.
   */
  boolean areIn() throws IOException;

  /**
   * Has crypttab give the partition, by its PARTUUID, a random key at each boot, and fstab use what
   * comes of it in the place of the old swap area. Twice is as good as once.
   *
   * @return the digest of the crypttab that was read back
   */
  Digest stage(Set<String> names) throws IOException;

  /** Every file is as it was before. Twice is as good as once. */
  void unstage() throws IOException;
}
