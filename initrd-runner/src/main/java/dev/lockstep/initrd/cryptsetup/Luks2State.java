package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.syscall.RandomReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Where an in-place encryption stands, told from the metadata alone: never from {@code isLuks}, an
 * exit code, or whether a key opens it. The only conversion known here is ours (encrypt, backward,
 * resilience datashift, first segment moved to the end); every other one is foreign, and is left
 * alone.
 *
 * <pre>
 *  window of a partition, D bytes of data, S bytes of shift:
 *  0        S                                D        D+S       D+2S
 *  | head   | data …                         | reserve          |   before
 *  | header | data …        | encrypted …    …      | moved head|   converting, from back to front
 *  | header | encrypted …                            | (wiped)  |   after
 * </pre>
 */
public sealed interface Luks2State {
  /** No LUKS header in the place of either copy. */
  record NotLuks() implements Luks2State {}

  /** A header that must not be trusted, resumed or overwritten without knowing why. */
  record Damaged(String reason) implements Luks2State {}

  /** A sound LUKS header in a state that Lockstep never makes; a person must look at it. */
  record ForeignConversion(String reason) implements Luks2State {}

  /**
   * Under way. With a hotzone, a step was cut in the middle: recover first, then read the state
   * again, for the recovery may have ended the conversion.
   *
   * @param windowBytes the size of the window the conversion runs on; it may be opened only so wide
   * @param dataBytes the size of the data that is being encrypted, D above
   * @param shiftBytes by how much it moves, S above
   * @param remainingBytes how much of it, from its start, is not encrypted yet, hotzone included
   * @param hotzone the part, in volume offsets, that was being converted at the cut
   * @param movedSegment the copy of the head: until the end the only one
   */
  record Converting(
      Luks2Header header,
      long windowBytes,
      long dataBytes,
      long shiftBytes,
      long remainingBytes,
      Optional<ByteRange> hotzone,
      ByteRange movedSegment)
      implements Luks2State {
    /** Whether the power went while a part of the data was being moved. */
    public boolean isCutInAStep() {
      return hotzone.isPresent();
    }

    /** From this device offset on, all data is encrypted; where the next step will end. */
    public long nextOffsetBytes() {
      return shiftBytes + remainingBytes;
    }
  }

  /**
   * All data is encrypted, but the requirement is still set: the library can neither end nor use
   * it. Never resume here (without datashift a resume would encrypt twice): {@link Finaliser} ends
   * it.
   *
   * @param movedSegment where a copy of the plain head may still be
   */
  record ConvertedNotFinalised(Luks2Header header, long windowBytes, ByteRange movedSegment)
      implements Luks2State {}

  /** A whole LUKS2 volume of one segment, with nothing pending. */
  record Encrypted(Luks2Header header, Segment.Crypt segment) implements Luks2State {}

  /** Reads the header from a device's start and judges it. */
  static Luks2State read(RandomReader device) throws IOException {
    return of(Luks2HeaderReader.read(device));
  }

  /** Judges a header that was read. */
  static Luks2State of(HeaderReading reading) {
    return switch (reading) {
      case HeaderReading.Absent() -> new NotLuks();
      case HeaderReading.Damaged(String reason) -> new Damaged(reason);
      case HeaderReading.OtherVersion(int version) ->
          new ForeignConversion("a LUKS header of version " + version);
      case HeaderReading.Valid(Luks2Header header) -> Luks2Classifier.classify(header);
    };
  }
}
