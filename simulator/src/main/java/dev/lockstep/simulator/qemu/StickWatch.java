package dev.lockstep.simulator.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Random;

/**
 * When the recovery key came onto the stick, told in bytes of the disk's write log: the stick has
 * no log of its own. A machine whose power goes before has a blank stick, one whose power goes
 * later has the key; between the two either may be.
 */
final class StickWatch implements Boots.Watch {

  private final Path stick;
  private final Path writeLog;
  private final FileTime blank;
  private FileTime seen;
  private long blankUntilBytes;
  private long writtenFromBytes = Long.MAX_VALUE;

  StickWatch(Path stick, Path writeLog) throws IOException {
    this.stick = stick;
    this.writeLog = writeLog;
    this.blank = Files.getLastModifiedTime(stick);
    this.seen = blank;
  }

  @Override
  public void look() throws IOException {
    long beforeBytes = Files.size(writeLog);
    FileTime now = Files.getLastModifiedTime(stick);
    if (now.equals(blank)) {
      blankUntilBytes = beforeBytes;
    } else if (!now.equals(seen)) {
      writtenFromBytes = Files.size(writeLog);
      seen = now;
    }
  }

  /** Whether the stick has the key when the power goes behind so many entries of the log. */
  boolean hasKey(WriteLog log, int position, Random random) {
    if (position <= log.entriesWithin(blankUntilBytes)) {
      return false;
    }
    return position > log.entriesWithin(writtenFromBytes) || random.nextBoolean();
  }
}
