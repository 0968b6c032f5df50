package dev.lockstep.initrd.tpm;

import io.vavr.control.Either;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A recovery key in systemd's format: 256 bits in modhex, letters that every keyboard layout has in
 * the same place, in eight groups of eight with dashes. The passphrase of the keyslot is this whole
 * text, dashes included, in lower case.
 *
 * <p>Source: systemd, src/shared/recovery-key.c and man systemd-cryptenroll, --recovery-key. Close
 * it: that wipes the text.
 */
public final class RecoveryKey implements SecretSource, AutoCloseable {
  /** Random bytes in a key. */
  public static final int RANDOM_BYTES = 32;

  /** Characters of the text. */
  public static final int TEXT_BYTES = 71;

  private static final String MODHEX = "cbdefghijklnrtuv";
  private static final int GROUP = 8;

  private final byte[] text;
  private boolean closed;

  private RecoveryKey(byte[] text) {
    this.text = text;
  }

  /** From 32 random bytes, which the caller wipes. */
  public static RecoveryKey of(MemorySegment random) {
    if (random.byteSize() != RANDOM_BYTES) {
      throw new IllegalArgumentException(
          "a recovery key is made of 32 bytes, not " + random.byteSize());
    }
    byte[] text = new byte[TEXT_BYTES];
    for (int digit = 0; digit < 2 * RANDOM_BYTES; digit++) {
      int value = random.get(java.lang.foreign.ValueLayout.JAVA_BYTE, digit / 2);
      int nibble = (digit % 2 == 0 ? value >> 4 : value) & 0xF;
      text[position(digit)] = (byte) MODHEX.charAt(nibble);
    }
    return new RecoveryKey(withDashes(text));
  }

  /**
   * From what a person typed: with all dashes or none, upper or lower case, as systemd takes it.
   * The left side is one sentence and holds nothing of the input. The caller wipes the input.
   */
  public static Either<String, RecoveryKey> parse(char[] typed) {
    boolean dashed = typed.length == TEXT_BYTES;
    if (!dashed && typed.length != 2 * RANDOM_BYTES) {
      return Either.left(
          "A recovery key has 64 letters in 8 groups of 8, with 7 dashes between them or none; "
              + typed.length
              + " characters were given.");
    }
    byte[] text = new byte[TEXT_BYTES];
    for (int digit = 0; digit < 2 * RANDOM_BYTES; digit++) {
      int from = dashed ? position(digit) : digit;
      int nibble = MODHEX.indexOf(asciiLowerCase(typed[from]));
      boolean dashMissing = dashed && digit > 0 && digit % GROUP == 0 && typed[from - 1] != '-';
      if (nibble < 0 || dashMissing) {
        Arrays.fill(text, (byte) 0);
        return Either.left(
            "Group "
                + (digit / GROUP + 1)
                + " of the recovery key is wrong: groups have 8 of the letters "
                + MODHEX
                + ", with a dash between groups.");
      }
      text[position(digit)] = (byte) MODHEX.charAt(nibble);
    }
    return Either.right(new RecoveryKey(withDashes(text)));
  }

  /** The token that makes systemd ask for a recovery key; the caller adds it with the slot. */
  public static String tokenJson(int keyslot) {
    if (keyslot < 0 || keyslot > 31) {
      throw new IllegalArgumentException("a LUKS2 keyslot is 0 to 31, not " + keyslot);
    }
    return "{\"type\":\"systemd-recovery\",\"keyslots\":[\"" + keyslot + "\"]}";
  }

  /** The passphrase: 71 ASCII bytes, read-only, gone after {@link #close()}. */
  @Override
  public MemorySegment bytes() {
    if (closed) {
      throw new IllegalStateException("the recovery key was wiped");
    }
    return MemorySegment.ofArray(text).asReadOnly();
  }

  @Override
  public void close() {
    closed = true;
    Arrays.fill(text, (byte) 0);
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "RecoveryKey[hidden]";
  }

  /** Only ASCII: {@code Character.toLowerCase} maps foreign letters onto ours. */
  private static char asciiLowerCase(char letter) {
    return letter >= 'A' && letter <= 'Z' ? (char) (letter + ('a' - 'A')) : letter;
  }

  private static int position(int digit) {
    return digit + digit / GROUP;
  }

  private static byte[] withDashes(byte[] text) {
    for (int dash = GROUP; dash < text.length; dash += GROUP + 1) {
      text[dash] = '-';
    }
    return text;
  }
}
