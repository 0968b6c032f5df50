package dev.lockstep.initrd.handover;

import java.io.ByteArrayOutputStream;

/** Writes DER (ITU-T X.690): just what one CMS message needs. */
final class Der {

  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int NULL = 0x05;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int CONTEXT = 0x80;
  private static final int CONSTRUCTED = 0x20;

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return element(SEQUENCE, parts);
  }

  static byte[] setOf(byte[] only) {
    return element(SET, only);
  }

  static byte[] octets(byte[] bytes) {
    return element(OCTET_STRING, bytes);
  }

  /** Two's complement, as BigInteger has it. */
  static byte[] integer(byte... twosComplement) {
    return element(INTEGER, twosComplement);
  }

  static byte[] nothing() {
    return element(NULL);
  }

  /** [number] EXPLICIT. */
  static byte[] explicit(int number, byte[] content) {
    return element(CONTEXT | CONSTRUCTED | number, content);
  }

  /** [number] IMPLICIT OCTET STRING. */
  static byte[] implicitOctets(int number, byte[] bytes) {
    return element(CONTEXT | number, bytes);
  }

  /** From dotted decimal; the first two numbers share a byte. */
  static byte[] identifier(String dotted) {
    String[] numbers = dotted.split("\\.", -1);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(40 * Integer.parseInt(numbers[0]) + Integer.parseInt(numbers[1]));
    for (int i = 2; i < numbers.length; i++) {
      int number = Integer.parseInt(numbers[i]);
      for (int shift = 28; shift > 0; shift -= 7) {
        if (number >>> shift != 0) {
          content.write(0x80 | ((number >>> shift) & 0x7F));
        }
      }
      content.write(number & 0x7F);
    }
    return element(OBJECT_IDENTIFIER, content.toByteArray());
  }

  private static byte[] element(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream(length + 6);
    element.write(tag);
    if (length < 0x80) {
      element.write(length);
    } else if (length < 0x100) {
      element.write(0x81);
      element.write(length);
    } else if (length < 0x10000) {
      element.write(0x82);
      element.write(length >>> 8);
      element.write(length & 0xFF);
    } else {
      throw new IllegalArgumentException("nothing here is longer than 64 KiB");
    }
    for (byte[] part : parts) {
      element.writeBytes(part);
    }
    return element.toByteArray();
  }
}
