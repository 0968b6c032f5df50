package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.HeaderReading;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.cryptsetup.Luks2HeaderReader;
import dev.lockstep.initrd.cryptsetup.Segment;
import dev.lockstep.initrd.syscall.RandomReader;
import java.io.IOException;

/** The conversion encrypts as the header was made, whatever was chosen since. */
final class PreparedSectors {

  private PreparedSectors() {}

  /** The size of the sectors that this header encrypts, 512 or 4096. */
  static int bytesIn(byte[] preparedHeader) throws IOException {
    if (Luks2HeaderReader.read(RandomReader.of(preparedHeader))
        instanceof HeaderReading.Valid(Luks2Header header)) {
      for (Segment segment : header.metadata().activeSegments()) {
        if (segment instanceof Segment.Crypt crypt) {
          return crypt.sectorBytes();
        }
      }
    }
    throw new IOException("the prepared header does not tell the size of its sectors");
  }
}
