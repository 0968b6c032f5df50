package dev.lockstep.journal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What a record carries: UTF-8 JSON, 0 to {@value #MAX_BYTES} bytes, immutable. The journal itself
 * never looks inside.
 */
public final class Payload {
  /** A bound on everything read from a file: a damaged length can't make a reader allocate more. */
  public static final int MAX_BYTES = 64 * 1024;

  private final byte[] bytes;

  private Payload(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Takes the bytes as they are; the array is copied.
   *
   * @throws IllegalArgumentException over {@value #MAX_BYTES} bytes
   */
  public static Payload of(byte[] bytes) {
    return at(bytes, 0, bytes.length);
  }

  /** The same for {@code length} bytes from {@code offset}. */
  static Payload at(byte[] bytes, int offset, int length) {
    if (length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a record's payload is at most %d bytes, this one has %d; store the bulk elsewhere and its hash here"
              .formatted(MAX_BYTES, length));
    }
    return new Payload(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  public static Payload of(String json) {
    return of(json.getBytes(UTF_8));
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  void putInto(ByteBuffer out) {
    out.put(bytes);
  }

  public int lengthBytes() {
    return bytes.length;
  }

  /** The payload as text; bytes that are no UTF-8 become U+FFFD. */
  public String text() {
    return new String(bytes, UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Payload[" + bytes.length + " bytes]";
  }
}
