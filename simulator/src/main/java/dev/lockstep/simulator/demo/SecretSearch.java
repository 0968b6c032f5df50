package dev.lockstep.simulator.demo;

import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Looks for bytes that must not be there, in each form they may have been written in: all of them
 * in one pass, however many they are (Wu and Manber's algorithm: the last two bytes of a window as
 * long as the shortest needle tell how far it may move on), so that a whole disk takes a moment.
 */
public final class SecretSearch implements AutoCloseable {

  private static final int CHUNK_BYTES = 1 << 20;
  private static final int SHORTEST_BYTES = 8;
  private static final int BLOCKS = 1 << 16;
  private static final String HEX = "0123456789abcdef";
  private static final String MODHEX = "cbdefghijklnrtuv";

  private static final class Needle {
    private final String name;
    private final byte[] bytes;

    Needle(String name, byte[] bytes) {
      this.name = name;
      this.bytes = bytes;
    }
  }

  private final List<Needle> needles = new ArrayList<>();

  /** How far the window moves on at each block; made with the first search. */
  private int[] shifts = {};

  private int windowBytes;

  /** Nothing is looked for yet. */
  public SecretSearch() {}

  /** These bytes as they are. */
  public SecretSearch forBytes(String name, byte[] bytes) {
    if (bytes.length < SHORTEST_BYTES) {
      throw new IllegalArgumentException("so few bytes are found anywhere");
    }
    if (needles.stream().noneMatch(known -> Arrays.equals(known.bytes, bytes))) {
      needles.add(new Needle(name, bytes.clone()));
      shifts = new int[0];
    }
    return this;
  }

  /** The bytes, their hex digits in both cases, their modhex, and their Base64. */
  public SecretSearch forSecret(String name, Secret secret) {
    byte[] bytes = bytes(secret);
    forms(name, bytes);
    Arrays.fill(bytes, (byte) 0);
    return this;
  }

  /** A recovery key, with and without its dashes, and the bytes that it stands for. */
  public SecretSearch forRecoveryKey(Secret key) {
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
    StringBuilder hex = new StringBuilder();
    for (byte letter : letters) {
      int digit = MODHEX.indexOf(letter);
      if (digit >= 0) {
        hex.append(HEX.charAt(digit));
      }
    }
    if (hex.length() % 2 == 0 && hex.length() == length) {
      forms("the recovery key's bytes", HexFormat.of().parseHex(hex));
    }
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
    String hex = HexFormat.of().formatHex(bytes);
    StringBuilder modhex = new StringBuilder();
    hex.chars().forEach(digit -> modhex.append(MODHEX.charAt(HEX.indexOf(digit))));
    forBytes(name, bytes);
    forBytes(name + " in hex", text(hex));
    forBytes(name + " in upper-case hex", text(HexFormat.of().withUpperCase().formatHex(bytes)));
    forBytes(name + " in modhex", text(modhex.toString()));
    for (int before = 0; before < 3; before++) {
      String place = before == 0 ? "" : " after " + before + " bytes";
      forBytes(name + " in Base64" + place, within(Base64.getEncoder(), bytes, before));
      forBytes(name + " in URL-safe Base64" + place, within(Base64.getUrlEncoder(), bytes, before));
    }
  }

  /** The letters that depend on these bytes alone, so many bytes behind a multiple of three. */
  private static byte[] within(Base64.Encoder encoder, byte[] bytes, int before) {
    byte[] shifted = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, shifted, before, bytes.length);
    byte[] letters = encoder.withoutPadding().encode(shifted);
    return Arrays.copyOfRange(letters, (8 * before + 5) / 6, 8 * shifted.length / 6);
  }

  private static byte[] text(String ascii) {
    return ascii.getBytes(StandardCharsets.US_ASCII);
  }

  /** How many forms are looked for. */
  public int forms() {
    return needles.size();
  }

  /** Where the first of them is, in words; never the bytes themselves. */
  public Optional<String> findIn(RandomReader hay) throws IOException {
    Map<String, Long> found = findAllIn(hay);
    return found.entrySet().stream()
        .findFirst()
        .map(first -> first.getKey() + " at byte " + first.getValue());
  }

  /**
   * Hides each form in noise, across the borders of what is read at once too, and finds it: a
   * search that can't find proves nothing.
   *
   * @throws IOException one was not found
   */
  public void proveItself() throws IOException {
    Random random = new Random(1);
    for (int shift = 0; shift < 2; shift++) {
      int length = needles.stream().mapToInt(needle -> needle.bytes.length + 3).sum();
      byte[] hay = new byte[CHUNK_BYTES + length];
      random.nextBytes(hay);
      int at = CHUNK_BYTES - length / 2 + shift;
      for (Needle needle : needles) {
        System.arraycopy(needle.bytes, 0, hay, at, needle.bytes.length);
        at += needle.bytes.length + 3;
      }
      Collection<String> found = findAllIn(RandomReader.of(hay)).keySet();
      for (Needle needle : needles) {
        if (!found.contains(needle.name)) {
          throw new IOException("the search does not find " + needle.name + " where it is");
        }
      }
      Arrays.fill(hay, (byte) 0);
    }
  }

  /** Each that is there, with its first place. */
  Map<String, Long> findAllIn(RandomReader hay) throws IOException {
    prepare();
    Map<String, Long> found = new LinkedHashMap<>();
    long size = hay.sizeBytes();
    int overlap = needles.stream().mapToInt(needle -> needle.bytes.length).max().orElse(1) - 1;
    byte[] window = new byte[(int) Math.min(size, CHUNK_BYTES + overlap)];
    for (long at = 0; at < size; at += CHUNK_BYTES) {
      int length = (int) Math.min(window.length, size - at);
      hay.readFully(at, ByteBuffer.wrap(window, 0, length));
      if (!isZero(window, length)) { // the holes of an image: most of it
        look(window, length, at, found);
      }
    }
    return found;
  }

  private void prepare() {
    if (shifts.length > 0) {
      return;
    }
    windowBytes = needles.stream().mapToInt(needle -> needle.bytes.length).min().orElse(2);
    shifts = new int[BLOCKS];
    Arrays.fill(shifts, windowBytes - 1);
    for (Needle needle : needles) {
      for (int end = 1; end < windowBytes; end++) {
        int block = block(needle.bytes, end);
        shifts[block] = Math.min(shifts[block], windowBytes - 1 - end);
      }
    }
  }

  private static int block(byte[] bytes, int end) {
    return (bytes[end - 1] & 0xff) << 8 | (bytes[end] & 0xff);
  }

  private void look(byte[] hay, int length, long offset, Map<String, Long> found) {
    for (int end = windowBytes - 1; end < length; ) {
      int shift = shifts[block(hay, end)];
      if (shift > 0) {
        end += shift;
        continue;
      }
      int begin = end - windowBytes + 1;
      for (Needle needle : needles) {
        byte[] bytes = needle.bytes;
        if (begin + bytes.length <= length
            && Arrays.equals(hay, begin, begin + bytes.length, bytes, 0, bytes.length)) {
          found.putIfAbsent(needle.name, offset + begin);
        }
      }
      end++;
    }
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
    shifts = new int[0];
    needles.clear();
  }
}
