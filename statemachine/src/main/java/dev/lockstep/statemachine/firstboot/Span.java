package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Volume;
import java.io.IOException;
import java.util.Arrays;

/**
 * A run of bytes on the volume, read and written in bounded pieces.
 *
 * @param offsetBytes from the window's start
 */
record Span(Volume volume, long offsetBytes, long lengthBytes) {

  /** What a disk writes whole or not at all (docs/CRASH_MODEL.md). */
  private static final int SECTOR_BYTES = 512;

  /** Where ext4 and XFS have their superblock, and where btrfs has. */
  private static final int[] SIGNATURES = {0, 64 << 10};

  private static final int SIGNATURE_BYTES = 4096;

  Digest digest() throws IOException {
    return volume.digest(offsetBytes, lengthBytes);
  }

  /** Whether each sector is the one of {@code other} or the one of {@code content}. */
  boolean isMixtureOf(Span other, byte[] content) throws IOException {
    if (content.length != lengthBytes || other.lengthBytes != lengthBytes) {
      return false;
    }
    for (long at = 0; at < lengthBytes; at += Volume.PIECE_BYTES) {
      byte[] here = piece(at);
      byte[] there = other.piece(at);
      for (int from = 0; from < here.length; from += SECTOR_BYTES) {
        int to = Math.min(from + SECTOR_BYTES, here.length);
        int inContent = (int) at + from;
        if (!Arrays.equals(here, from, to, there, from, to)
            && !Arrays.equals(here, from, to, content, inContent, inContent + to - from)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Blanks each sector that is the one of {@code content}; unflushed, as {@link #copyTo}. */
  void zeroWhereEqual(byte[] content) throws IOException {
    for (long at = 0; at < lengthBytes; at += Volume.PIECE_BYTES) {
      byte[] here = piece(at);
      if (blankWhereEqual(here, content, Math.toIntExact(at))) {
        volume.write(offsetBytes + at, here);
      }
    }
  }

  /** Whether no sector but a blank one is the one of {@code content}. */
  boolean holdsNothingOf(byte[] content) throws IOException {
    for (long at = 0; at < lengthBytes; at += Volume.PIECE_BYTES) {
      if (blankWhereEqual(piece(at), content, Math.toIntExact(at))) {
        return false;
      }
    }
    return true;
  }

  /**
   * @return whether there was one that was not blank
   */
  private static boolean blankWhereEqual(byte[] piece, byte[] content, int pieceOffsetBytes) {
    byte[] blank = new byte[SECTOR_BYTES];
    boolean any = false;
    for (int from = 0; from < piece.length; from += SECTOR_BYTES) {
      int to = from + SECTOR_BYTES;
      int there = pieceOffsetBytes + from;
      if (Arrays.equals(piece, from, to, content, there, there + SECTOR_BYTES)
          && !Arrays.equals(piece, from, to, blank, 0, SECTOR_BYTES)) {
        Arrays.fill(piece, from, to, (byte) 0);
        any = true;
      }
    }
    return any;
  }

  /** Unflushed: the caller flushes and reads back. */
  void copyTo(Span target) throws IOException {
    for (long at = 0; at < lengthBytes; at += Volume.PIECE_BYTES) {
      target.volume.write(target.offsetBytes + at, piece(at));
    }
  }

  /** Unflushed. */
  void fill(byte[] content) throws IOException {
    if (content.length != lengthBytes) {
      throw new IOException(
          "a header of " + content.length + " bytes can't go over " + lengthBytes + " bytes");
    }
    for (int at = 0; at < content.length; at += Volume.PIECE_BYTES) {
      volume.write(
          offsetBytes + at,
          Arrays.copyOfRange(content, at, Math.min(content.length, at + Volume.PIECE_BYTES)));
    }
  }

  /** The blocks by which a filesystem is known, and those only; unflushed. */
  void fillSignatures(byte[] content) throws IOException {
    for (int at : SIGNATURES) {
      if (at + SIGNATURE_BYTES <= content.length) {
        volume.write(offsetBytes + at, Arrays.copyOfRange(content, at, at + SIGNATURE_BYTES));
      }
    }
  }

  /** What the target has in those blocks stays; unflushed. */
  void copyAllButSignaturesTo(Span target) throws IOException {
    for (long at = 0; at < lengthBytes; at += Volume.PIECE_BYTES) {
      byte[] piece = piece(at);
      byte[] there = target.piece(at);
      for (int signature : SIGNATURES) {
        long inPiece = signature - at;
        if (inPiece >= 0 && inPiece + SIGNATURE_BYTES <= piece.length) {
          System.arraycopy(there, (int) inPiece, piece, (int) inPiece, SIGNATURE_BYTES);
        }
      }
      target.volume.write(target.offsetBytes + at, piece);
    }
  }

  /** Unflushed. */
  void zero() throws IOException {
    for (long at = 0; at < lengthBytes; at += Volume.PIECE_BYTES) {
      volume.write(offsetBytes + at, new byte[pieceBytes(at)]);
    }
  }

  boolean isZero() throws IOException {
    for (long at = 0; at < lengthBytes; at += Volume.PIECE_BYTES) {
      if (!Arrays.equals(piece(at), new byte[pieceBytes(at)])) {
        return false;
      }
    }
    return true;
  }

  private byte[] piece(long at) throws IOException {
    byte[] piece = new byte[pieceBytes(at)];
    volume.read(offsetBytes + at, piece);
    return piece;
  }

  private int pieceBytes(long at) {
    return (int) Math.min(Volume.PIECE_BYTES, lengthBytes - at);
  }
}
