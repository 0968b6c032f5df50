package dev.lockstep.simulator.qemu;

import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.HostTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What was on the stick while the disk's write log grew, since the stick has no log of its own: a
 * copy whenever it has changed, and how long the log was then.
 */
final class StickWatch implements Boots.Watch {

  /**
   * The stick for a while.
   *
   * @param takenBytes the log's length when this was there at the latest
   * @param lastSeenBytes the log's length when it was still so
   */
  private record Sight(Path copy, long takenBytes, long lastSeenBytes) {}

  private final Path stick;
  private final Path writeLog;
  private final Path folder;
  private final List<Sight> sights = new ArrayList<>();
  private FileTime changed;

  /**
   * Watches from now on.
   *
   * @param folder where the copies go
   */
  StickWatch(Path stick, Path writeLog, Path folder) throws IOException, DemoFailed {
    this.stick = stick;
    this.writeLog = writeLog;
    this.folder = Files.createDirectories(folder);
    this.changed = Files.getLastModifiedTime(stick);
    sights.add(new Sight(copy(), 0, 0));
  }

  @Override
  public void look() throws IOException, DemoFailed {
    long beforeBytes = Files.size(writeLog);
    FileTime now = Files.getLastModifiedTime(stick);
    if (!now.equals(changed)) {
      changed = now;
      Path copy = copy();
      sights.add(new Sight(copy, Files.size(writeLog), beforeBytes));
    } else {
      Sight last = sights.removeLast();
      sights.add(new Sight(last.copy(), last.takenBytes(), beforeBytes));
    }
  }

  private Path copy() throws IOException, DemoFailed {
    Path copy = folder.resolve("stick-" + sights.size() + ".img");
    HostTool.require("cp", "--sparse=always", stick.toString(), copy.toString());
    return copy;
  }

  /**
   * The stick of a machine whose power goes behind so many entries of the log. Between the last
   * look at the old one and the first at the new one, either.
   */
  Path at(WriteLog log, int position, Random random) {
    int number = sights.size() - 1;
    while (number > 0 && position < log.entriesWithin(sights.get(number).takenBytes())) {
      number--;
    }
    boolean mayBeNext =
        number + 1 < sights.size()
            && position > log.entriesWithin(sights.get(number).lastSeenBytes());
    return sights.get(mayBeNext && random.nextBoolean() ? number + 1 : number).copy();
  }
}
