package dev.lockstep.simulator.demo;

import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Looks for bytes that must not be there, in each form they may have been written in. Horspool's
 * algorithm: long needles are skipped along, so that a whole disk takes a moment.
 */
final class SecretSearch implements AutoCloseable {

  private static final int CHUNK_BYTES = 1 << 20;
  private static final int SHORTEST_BYTES = 8;

  private static final class Needle {
    private final String name;
    private final byte[] bytes;
    private final int[] skip = new int[256];

    Needle(String name, byte[] bytes) {
      this.name = name;
      this.bytes = bytes;
      Arrays.fill(skip, bytes.length);
      for (int at = 0; at < bytes.length - 1; at++) {
        skip[bytes[at] & 0xff] = bytes.length - 1 - at;
      }
    }

    int find(byte[] hay, int length) {
      int last = bytes.length - 1;
      for (int at = 0; at + last < length; at += skip[hay[at + last] & 0xff]) {
        if (hay[at + last] == bytes[last]
            && Arrays.equals(hay, at, at + bytes.length, bytes, 0, bytes.length)) {
          return at;
        }
      }
      return -1;
    }
  }

  private final List<Needle> needles = new ArrayList<>();

  /** Nothing is looked for yet. */
  SecretSearch() {}

  /** These bytes as they are. */
  SecretSearch forBytes(String name, byte[] bytes) {
    if (bytes.length < SHORTEST_BYTES) {
      throw new IllegalArgumentException("so few bytes are found anywhere");
    }
    needles.add(new Needle(name, bytes.clone()));
    return this;
  }

  /** The bytes, their hex digits in both cases and their Base64 in both alphabets. */
  SecretSearch forSecret(String name, Secret secret) {
    byte[] bytes = bytes(secret);
    forms(name, bytes);
    Arrays.fill(bytes, (byte) 0);
    return this;
  }

  /** A recovery key, with and without its dashes. */
  SecretSearch forRecoveryKey(Secret key) {
    byte[] bytes = bytes(key);
    forms("the recovery key", bytes);
    byte[] undashed = new byte[bytes.length];
    int length = 0;
    for (byte each : bytes) {
      if (each != '-') {
        undashed[length++] = each;
      }
    }
    byte[] letters = Arrays.copyOf(undashed, length);
    forms("the recovery key without dashes", letters);
    Arrays.fill(bytes, (byte) 0);
    Arrays.fill(undashed, (byte) 0);
    Arrays.fill(letters, (byte) 0);
    return this;
  }

  private static byte[] bytes(Secret secret) {
    byte[] bytes = new byte[secret.length()];
    secret.buffer().get(bytes);
    return bytes;
  }

  private void forms(String name, byte[] bytes) {
    forBytes(name, bytes);
    forBytes(name + " in hex", text(HexFormat.of().formatHex(bytes)));
    forBytes(name + " in upper-case hex", text(HexFormat.of().withUpperCase().formatHex(bytes)));
    forBytes(name + " in Base64", Base64.getEncoder().withoutPadding().encode(bytes));
    forBytes(name + " in URL-safe Base64", Base64.getUrlEncoder().withoutPadding().encode(bytes));
  }

  private static byte[] text(String ascii) {
    return ascii.getBytes(StandardCharsets.US_ASCII);
  }

  /** How many forms are looked for. */
  int forms() {
    return needles.size();
  }

  /** Where the first of them is, in words; never the bytes themselves. */
  Optional<String> findIn(RandomReader hay) throws IOException {
    long size = hay.sizeBytes();
    int overlap = needles.stream().mapToInt(needle -> needle.bytes.length).max().orElse(1) - 1;
    byte[] window = new byte[CHUNK_BYTES + overlap];
    for (long at = 0; at < size; at += CHUNK_BYTES) {
      int length = (int) Math.min(window.length, size - at);
      hay.readFully(at, ByteBuffer.wrap(window, 0, length));
      if (isZero(window, length)) {
        continue; // the holes of an image: most of it
      }
      for (Needle needle : needles) {
        int found = needle.find(window, length);
        if (found >= 0) {
          return Optional.of(needle.name + " at byte " + (at + found));
        }
      }
    }
    return Optional.empty();
  }

  private static final byte[] ZEROS = new byte[64 * 1024];

  private static boolean isZero(byte[] bytes, int length) {
    for (int at = 0; at < length; at += ZEROS.length) {
      int end = Math.min(length, at + ZEROS.length);
      if (!Arrays.equals(bytes, at, end, ZEROS, 0, end - at)) {
        return false;
      }
    }
    return true;
  }

  /** Wipes what was looked for. */
  @Override
  public void close() {
    needles.forEach(needle -> Arrays.fill(needle.bytes, (byte) 0));
    needles.clear();
  }
}
