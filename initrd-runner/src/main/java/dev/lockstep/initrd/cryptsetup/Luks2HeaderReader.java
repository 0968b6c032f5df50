package dev.lockstep.initrd.cryptsetup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.initrd.syscall.RandomReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads both copies of a LUKS2 header and picks the current one, by the library's own rule: the
 * valid copy with the higher sequence number (lib/luks2/luks2_disk_metadata.c). It reads nothing
 * but the places a header can be, 8 MiB at most, and never writes.
 */
public final class Luks2HeaderReader {
  private Luks2HeaderReader() {}

  /** One copy whose checksum fits. */
  private record Copy(Luks2BinaryHeader binary, String json) {}

  /**
   * Reads the header at a device's start.
   *
   * @throws IOException only when the device itself can't be read
   */
  public static HeaderReading read(RandomReader device) throws IOException {
    List<String> complaints = new ArrayList<>();
    byte[] start = bytes(device, 0, Luks2BinaryHeader.BINARY_BYTES);
    boolean startsAsLuks = start.length > 0 && Luks2BinaryHeader.hasPrimaryMagic(start);
    if (startsAsLuks && Luks2BinaryHeader.version(start) != 2) {
      return new HeaderReading.OtherVersion(Luks2BinaryHeader.version(start));
    }
    Optional<Copy> first = startsAsLuks ? copy(device, 0, complaints) : Optional.empty();
    Optional<Copy> second = second(device, first, complaints);
    if (first.isEmpty() && second.isEmpty()) {
      return complaints.isEmpty()
          ? new HeaderReading.Absent()
          : new HeaderReading.Damaged(String.join("; ", complaints));
    }
    if (!startsAsLuks) {
      // left over from an earlier volume, or a first write that never came: not ours to believe
      return new HeaderReading.Damaged("only the second copy of a LUKS2 header is there");
    }
    return choose(first, second);
  }

  private static HeaderReading choose(Optional<Copy> first, Optional<Copy> second) {
    Luks2Header.Copies copies;
    if (first.isEmpty()) {
      copies = Luks2Header.Copies.SECOND_IS_CURRENT;
    } else if (second.isEmpty()) {
      copies = Luks2Header.Copies.FIRST_IS_CURRENT;
    } else {
      Copy one = first.get();
      Copy two = second.get();
      if (!one.binary().uuid().equals(two.binary().uuid())) {
        return new HeaderReading.Damaged("the two copies of the header have different UUIDs");
      }
      int order = Long.compareUnsigned(one.binary().seqid(), two.binary().seqid());
      if (order == 0 && !one.json().equals(two.json())) {
        return new HeaderReading.Damaged(
            "both copies of the header have the sequence number "
                + Long.toUnsignedString(one.binary().seqid())
                + " and differ");
      }
      copies =
          order == 0
              ? Luks2Header.Copies.EQUAL
              : order > 0
                  ? Luks2Header.Copies.FIRST_IS_CURRENT
                  : Luks2Header.Copies.SECOND_IS_CURRENT;
    }
    Copy current = (copies == Luks2Header.Copies.SECOND_IS_CURRENT ? second : first).orElseThrow();
    try {
      ObjectNode json = Luks2MetadataReader.parse(current.json());
      return new HeaderReading.Valid(
          new Luks2Header(current.binary(), copies, json, Luks2MetadataReader.read(json)));
    } catch (MalformedMetadataException e) {
      return new HeaderReading.Damaged(e.getMessage());
    }
  }

  /** The second copy: where the first says, else at each place there can be one. */
  private static Optional<Copy> second(
      RandomReader device, Optional<Copy> first, List<String> complaints) throws IOException {
    if (first.isPresent()) {
      return copy(device, first.get().binary().headerBytes(), complaints);
    }
    for (long offset = Luks2BinaryHeader.SMALLEST_HEADER_BYTES;
        offset <= Luks2BinaryHeader.LARGEST_HEADER_BYTES;
        offset *= 2) {
      byte[] start = bytes(device, offset, Luks2BinaryHeader.BINARY_BYTES);
      if (start.length > 0 && Luks2BinaryHeader.hasSecondaryMagic(start)) {
        Optional<Copy> found = copy(device, offset, complaints);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Copy> copy(RandomReader device, long offset, List<String> complaints)
      throws IOException {
    String name = offset == 0 ? "first copy" : "second copy";
    try {
      byte[] start = bytes(device, offset, Luks2BinaryHeader.BINARY_BYTES);
      if (start.length == 0) {
        throw new MalformedMetadataException("the device ends before it");
      }
      Luks2BinaryHeader binary = Luks2BinaryHeader.read(start, offset);
      byte[] whole = bytes(device, offset, Math.toIntExact(binary.headerBytes()));
      if (whole.length == 0) {
        throw new MalformedMetadataException("the device ends within it");
      }
      if (!Luks2BinaryHeader.checksumFits(whole, binary.checksumAlgorithm())) {
        throw new MalformedMetadataException("its checksum does not fit");
      }
      return Optional.of(new Copy(binary, json(whole)));
    } catch (MalformedMetadataException e) {
      complaints.add(name + " of the header: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** The JSON text: up to the first zero byte, which must be there. */
  private static String json(byte[] whole) throws MalformedMetadataException {
    int end = Luks2BinaryHeader.BINARY_BYTES;
    while (end < whole.length && whole[end] != 0) {
      end++;
    }
    if (end == whole.length) {
      throw new MalformedMetadataException("its JSON has no end");
    }
    int length = end - Luks2BinaryHeader.BINARY_BYTES;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(whole, Luks2BinaryHeader.BINARY_BYTES, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedMetadataException("its JSON is no UTF-8");
    }
  }

  /** The bytes, or none when the device ends before them. */
  private static byte[] bytes(RandomReader device, long offset, int length) throws IOException {
    if (offset > device.sizeBytes() - length) {
      return new byte[0];
    }
    byte[] bytes = new byte[length];
    device.readFully(offset, ByteBuffer.wrap(bytes));
    return bytes;
  }
}
