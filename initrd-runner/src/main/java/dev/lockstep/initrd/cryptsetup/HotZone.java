package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The data that a recovery of the library's will write, had beforehand.
 *
 * <p>{@link Reencryption#recover} writes a hotzone's data and then the header that calls it done,
 * and flushes nothing between the two (reencrypt_recover_segment of luks2_reencrypt.c; recorded
 * with 2.6.1). A power cut there can leave the header without the data, and nobody who reads that
 * header looks for it again. So the library recovers a copy first, in a sparse file: its header,
 * the hotzone's source, and nothing else. What it writes there is then written to the volume and
 * flushed before the library may touch that: whatever a cut leaves of the recovery, the data it
 * writes is there already.
 *
 * <pre>
 *  0        S                                                       window
 *  | header |      | source |        |          | moved head |              copied
 *  |        |               | hotzone, shifted by S |                       taken back
 * </pre>
 */
public final class HotZone {
  private static final int PIECE_BYTES = 1024 * 1024;

  /** Three times this fits the runner's tmpfs. Ours is 16 MiB, and no hotzone is larger. */
  private static final int LARGEST_SHIFT_BYTES = 32 * PIECE_BYTES;

  private HotZone() {}

  /**
   * What belongs in the hotzone. The volume is only read.
   *
   * @param volume the window that is being converted
   * @param converting its state, with a hotzone
   * @param rehearsal a file to be made and removed, where no disk is: it holds plaintext
   * @param key of any keyslot
   * @return as long as the hotzone, to be written at {@link #place}
   * @throws WrongKeyException when the key opens no slot
   */
  public static byte[] data(
      RandomReader volume, Luks2State.Converting converting, Path rehearsal, Secret key)
      throws IOException {
    ByteRange place = place(converting);
    if (!isSmall(converting)) {
      throw new IllegalArgumentException("the hotzone of " + place + " is too large");
    }
    try {
      try (RandomAccessFile file = new RandomAccessFile(rehearsal.toFile(), "rw")) {
        file.setLength(converting.windowBytes());
      }
      try (BlockDeviceFile copy =
          BlockDeviceFile.open(rehearsal, BlockDeviceFile.Access.READ_WRITE)) {
        copy(volume, copy, new ByteRange(0, converting.shiftBytes()));
        copy(volume, copy, source(converting));
      }
      try (CryptDevice device = CryptDevice.open(rehearsal).load()) {
        Luks2State after = device.reencryption().recover(key);
        if (after instanceof Luks2State.Converting still && still.hotzone().isPresent()) {
          throw new IOException("libcryptsetup does not recover a copy of the hotzone");
        }
      }
      byte[] data = new byte[Math.toIntExact(place.lengthBytes())];
      try (BlockDeviceFile copy =
          BlockDeviceFile.open(rehearsal, BlockDeviceFile.Access.READ_ONLY)) {
        copy.readFully(place.offsetBytes(), ByteBuffer.wrap(data));
      }
      return data;
    } finally {
      Files.deleteIfExists(rehearsal);
    }
  }

  /** Whether a copy can be recovered in memory: another tool may have chosen a larger shift. */
  public static boolean isSmall(Luks2State.Converting converting) {
    return place(converting).lengthBytes() <= LARGEST_SHIFT_BYTES
        && converting.shiftBytes() <= LARGEST_SHIFT_BYTES;
  }

  /** Where the hotzone's data goes, in bytes of the device. */
  public static ByteRange place(Luks2State.Converting converting) {
    ByteRange zone = zone(converting);
    return new ByteRange(zone.offsetBytes() + converting.shiftBytes(), zone.lengthBytes());
  }

  /** Where it comes from: the volume's first zone from the copy of the head. */
  private static ByteRange source(Luks2State.Converting converting) {
    ByteRange zone = zone(converting);
    return zone.offsetBytes() == 0
        ? new ByteRange(converting.movedSegment().offsetBytes(), zone.lengthBytes())
        : zone;
  }

  private static ByteRange zone(Luks2State.Converting converting) {
    return converting
        .hotzone()
        .orElseThrow(() -> new IllegalArgumentException("no hotzone was cut"));
  }

  private static void copy(RandomReader from, BlockDeviceFile to, ByteRange range)
      throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    for (long at = range.offsetBytes(); at < range.endBytes(); at += PIECE_BYTES) {
      int length = (int) Math.min(PIECE_BYTES, range.endBytes() - at);
      from.readFully(at, ByteBuffer.wrap(piece, 0, length));
      to.writeFully(at, ByteBuffer.wrap(piece, 0, length));
    }
  }
}
