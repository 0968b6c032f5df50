package dev.lockstep.journal.image;

import java.io.IOException;

/** A filesystem's blocks, by number. */
interface Ext4Blocks {
  int blockBytes();

  byte[] read(long block) throws IOException;
}
