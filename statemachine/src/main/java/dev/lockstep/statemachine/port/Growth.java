package dev.lockstep.statemachine.port;

import java.io.IOException;

/** The filesystem's growth into what lies behind the window. */
public interface Growth {

  /**
   * Grows the filesystem on the opened volume, or leaves it to the machine's own boot where the
   * volume can't be opened here. Twice is as good as once.
   *
   * @return what was done, or who does it and why, in words for the journal
   */
  String settle() throws IOException;
}
