package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The plaintext of a LUKS2 volume, read through its segments: to prove, without dm-crypt, that
 * every byte is as it was. It reads a conversion under way as well, except in its hotzone, where
 * only a recovery knows which bytes are which. Not thread-safe; see {@link AesXts} for where keys
 * stay.
 */
public final class DecryptedVolume implements RandomReader {
  private static final int CHUNK_BYTES = 1024 * 1024;
  private static final int SECTOR_BYTES = 512;
  private static final String CIPHER = "aes-xts-plain64";

  /** A stretch of the volume. */
  private sealed interface Part {
    long volumeOffset();

    long sizeBytes();
  }

  private record Plain(long volumeOffset, long sizeBytes, Segment.Linear segment) implements Part {}

  private record Encrypted(long volumeOffset, long sizeBytes, Segment.Crypt segment, AesXts cipher)
      implements Part {}

  private final RandomReader device;
  private final List<Part> parts;
  private final long sizeBytes;

  private DecryptedVolume(RandomReader device, List<Part> parts, long sizeBytes) {
    this.device = device;
    this.parts = parts;
    this.sizeBytes = sizeBytes;
  }

  /**
   * Opens a volume.
   *
   * @param device the data device; a {@code dynamic} segment ends where it ends
   * @throws IOException when a segment is in re-encryption, uses another cipher, or leaves the
   *     device
   */
  public static DecryptedVolume open(RandomReader device, Luks2Header header, Secret volumeKey)
      throws IOException {
    byte[] key = new byte[volumeKey.length()];
    volumeKey.buffer().get(key);
    try {
      List<Part> parts = new ArrayList<>();
      long position = 0;
      for (Segment segment : header.metadata().activeSegments()) {
        long available = device.sizeBytes() - segment.offsetBytes();
        long size = segment.sizeBytes().orElse(available);
        if (size < 0 || size > available) {
          throw new IOException("segment " + segment.id() + " leaves the device");
        }
        parts.add(
            switch (segment) {
              case Segment.Linear linear -> new Plain(position, size, linear);
              case Segment.Crypt crypt -> new Encrypted(position, size, crypt, cipher(crypt, key));
            });
        position += size;
      }
      return new DecryptedVolume(device, List.copyOf(parts), position);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static AesXts cipher(Segment.Crypt segment, byte[] key) throws IOException {
    if (segment.isInReencryption()) {
      throw new IOException("segment " + segment.id() + " was cut in re-encryption: recover first");
    }
    if (!segment.encryption().equals(CIPHER) || segment.authenticated()) {
      throw new IOException("segment " + segment.id() + " is not encrypted with " + CIPHER);
    }
    return new AesXts(key, segment.sectorBytes());
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void readFully(long offsetBytes, ByteBuffer target) throws IOException {
    if (offsetBytes < 0 || offsetBytes > sizeBytes - target.remaining()) {
      throw new IOException("read past the volume's end at byte " + offsetBytes);
    }
    long offset = offsetBytes;
    while (target.hasRemaining()) {
      Part part = partAt(offset);
      int count =
          (int) Math.min(target.remaining(), part.volumeOffset() + part.sizeBytes() - offset);
      offset += readPart(part, offset - part.volumeOffset(), Math.min(count, CHUNK_BYTES), target);
    }
  }

  private Part partAt(long offset) {
    for (Part part : parts) {
      if (offset < part.volumeOffset() + part.sizeBytes()) {
        return part;
      }
    }
    throw new IllegalStateException("no part at " + offset);
  }

  /** Reads whole encryption sectors around the wanted bytes. */
  private int readPart(Part part, long at, int count, ByteBuffer target) throws IOException {
    switch (part) {
      case Plain plain -> {
        device.readFully(
            plain.segment().offsetBytes() + at, target.slice(target.position(), count));
        target.position(target.position() + count);
      }
      case Encrypted encrypted -> {
        Segment.Crypt segment = encrypted.segment();
        int unit = segment.sectorBytes();
        long first = at / unit * unit;
        byte[] data = new byte[Math.toIntExact((at + count + unit - 1) / unit * unit - first)];
        device.readFully(segment.offsetBytes() + first, ByteBuffer.wrap(data));
        encrypted
            .cipher()
            .decrypt(data, data.length, segment.ivTweakSectors() + first / SECTOR_BYTES);
        target.put(data, (int) (at - first), count);
      }
    }
    return count;
  }
}
