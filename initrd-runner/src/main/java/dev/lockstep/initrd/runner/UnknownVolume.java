package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.DecryptedVolume;
import dev.lockstep.initrd.cryptsetup.Keyslot;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.cryptsetup.Luks2State;
import dev.lockstep.initrd.cryptsetup.Segment;
import dev.lockstep.initrd.cryptsetup.WrongKeyException;
import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Luks.Discovery;
import dev.lockstep.statemachine.port.Luks.Inside;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A volume under LUKS2 that no journal knows, looked into without a write: keys are tried on a copy
 * of its header, because the library mends the original as soon as it loads it.
 */
record UnknownVolume(PartitionBytes partition, Scratch scratch) {

  /** Room for every header with its keyslots: what cryptsetup makes by itself takes no more. */
  private static final long LONGEST_HEADER_BYTES = 16 << 20;

  private static final String CIPHER = "aes-xts-plain64";

  /**
   * Judges it.
   *
   * @param keys what may open it; closed when this returns
   */
  Discovery discover(List<Secret> keys) throws IOException {
    try {
      return switch (Luks2State.read(partition)) {
        case Luks2State.Converting found ->
            judged(
                found.header(),
                found.shiftBytes(),
                keys,
                _ -> at(found.movedSegment().offsetBytes()));
        case Luks2State.ConvertedNotFinalised found ->
            judged(
                found.header(),
                found.windowBytes() - found.movedSegment().offsetBytes(),
                keys,
                key -> decrypted(found.header(), key));
        case Luks2State.Encrypted found ->
            judged(
                found.header(),
                found.segment().offsetBytes(),
                keys,
                key -> decrypted(found.header(), key));
        case Luks2State other -> throw new IOException("no volume to look into: " + other);
      };
    } finally {
      keys.forEach(Secret::close);
    }
  }

  private interface Head {
    byte[] read(Secret volumeKey) throws IOException;
  }

  private static Discovery judged(Luks2Header header, Either<String, Inside> inside) {
    return new Discovery(HeaderSlots.isLocksteps(header), HeaderSlots.of(header).slots(), inside);
  }

  private Discovery judged(Luks2Header header, long shiftBytes, List<Secret> keys, Head head)
      throws IOException {
    Option<String> unreadable = unreadable(header);
    if (unreadable.isDefined()) {
      return judged(header, Either.left(unreadable.get()));
    }
    Option<Secret> opened = volumeKey(headerBytes(header), shiftBytes, keys);
    if (opened.isEmpty()) {
      return judged(header, Either.left("No key at hand opens it."));
    }
    try (Secret volumeKey = opened.get()) {
      return judged(
          header,
          switch (FilesystemGeometry.read(head.read(volumeKey))) {
            case FilesystemGeometry.Known known ->
                Either.right(
                    new Inside(
                        shiftBytes,
                        new VolumeState.Plain(
                            known.type(),
                            known.uuid().toString(),
                            known.sizeBytes(),
                            known.blockBytes())));
            case FilesystemGeometry.Unknown(String reason) ->
                Either.left("A key opens it, but it holds no filesystem: " + reason + ".");
          });
    }
  }

  /** What could not be read back once it is converted is not begun with. */
  private static Option<String> unreadable(Luks2Header header) {
    for (Segment segment : header.metadata().segments()) {
      if (segment instanceof Segment.Crypt crypt && !crypt.encryption().equals(CIPHER)) {
        return Option.some(
            "It is encrypted with another cipher than "
                + CIPHER
                + ", which Lockstep can't read: finish it with the tool that began it.");
      }
    }
    return Option.when(
        headerBytes(header) > LONGEST_HEADER_BYTES,
        "Its header is larger than 16 MiB: finish it with the tool that began it.");
  }

  /** Up to the last keyslot's end; the shift may be larger. */
  private static long headerBytes(Luks2Header header) {
    return header.metadata().keyslots().stream()
        .mapToLong(
            keyslot ->
                switch (keyslot) {
                  case Keyslot.Passphrase slot ->
                      slot.area().offsetBytes() + slot.area().sizeBytes();
                  case Keyslot.Reencryption slot ->
                      slot.area().offsetBytes() + slot.area().sizeBytes();
                  case Keyslot.Other _ -> 0;
                })
        .reduce(2L * header.headerBytes(), Math::max);
  }

  /** The library wants as much room as the real header has; the rest of it is a hole. */
  private Option<Secret> volumeKey(long headerBytes, long roomBytes, List<Secret> keys)
      throws IOException {
    Path copy = scratch.file("unknown-header");
    byte[] header = new byte[(int) headerBytes];
    partition.read(0, header);
    Files.write(copy, header);
    try (RandomAccessFile whole = new RandomAccessFile(copy.toFile(), "rw")) {
      whole.setLength(Math.max(roomBytes, headerBytes));
    }
    try (CryptDevice device = CryptDevice.open(copy)) {
      device.load();
      for (Secret key : keys) {
        try {
          return Option.some(device.keyslots().volumeKey(key));
        } catch (WrongKeyException wrong) {
          // the next one may be right
        }
      }
      return Option.none();
    } finally {
      Files.delete(copy);
    }
  }

  /** The moved head, which stays in the clear until all else is encrypted. */
  private byte[] at(long offsetBytes) throws IOException {
    return head(partition, offsetBytes);
  }

  private byte[] decrypted(Luks2Header header, Secret volumeKey) throws IOException {
    return head(DecryptedVolume.open(partition, header, volumeKey), 0);
  }

  private static byte[] head(RandomReader bytes, long offsetBytes) throws IOException {
    byte[] head = new byte[FilesystemGeometry.HEAD_BYTES];
    bytes.readFully(offsetBytes, ByteBuffer.wrap(head));
    return head;
  }
}
