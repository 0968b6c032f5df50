package dev.lockstep.simulator.qemu;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A write log made by hand, in the format of dm-log-writes. */
final class LogFile {
  static final int FLUSH = 1;
  static final int FORCED = 2;
  static final int DISCARD = 4;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  LogFile() {
    sector(0x6a736677736872L, 1, 0, WriteLog.SECTOR_BYTES);
  }

  private void sector(long... words) {
    ByteBuffer sector = ByteBuffer.allocate(WriteLog.SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(words).forEach(sector::putLong);
    bytes.writeBytes(sector.array());
  }

  /** So many sectors, each full of this byte. */
  LogFile write(int sector, int sectors, int filling, int flags) {
    sector(sector, sectors, flags, 0);
    if ((flags & DISCARD) == 0) {
      byte[] data = new byte[sectors * WriteLog.SECTOR_BYTES];
      Arrays.fill(data, (byte) filling);
      bytes.writeBytes(data);
    }
    return this;
  }

  LogFile write(int sector, int sectors, int filling) {
    return write(sector, sectors, filling, 0);
  }

  LogFile flush() {
    sector(0, 0, FLUSH, 0);
    return this;
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  WriteLog in(Path folder) throws IOException {
    return WriteLog.read(Files.write(folder.resolve("writes.log"), bytes()));
  }
}
