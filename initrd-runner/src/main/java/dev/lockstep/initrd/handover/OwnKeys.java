package dev.lockstep.initrd.handover;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which recovery keys were made for this disk: their SHA-256, a line each, on its boot partition.
 * By them a file that holds a key of an earlier try, which opens nothing any more, is told from the
 * only key of another disk. The digest of a key with 256 random bits tells nothing of it.
 *
 * @param boot the root's, whichever volume the key is for
 * @param inUse whether a key opens any volume of the disk
 */
public record OwnKeys(BootPartition boot, InUse inUse) {

  /** Asks the headers. */
  @FunctionalInterface
  public interface InUse {
    boolean opens(Secret key) throws IOException;
  }

  static final String FILE = "lockstep/recovery-keys.sha256";

  /** Older ones are forgotten: their files are left to a person. */
  private static final int MOST = 32;

  /** Durable when it returns: a key leaves our hands only after that. */
  void add(Secret key) throws IOException {
    List<String> lines = new ArrayList<>(lines());
    lines.add(digest(key));
    List<String> kept = lines.subList(Math.max(0, lines.size() - MOST), lines.size());
    byte[] content = (String.join("\n", kept) + "\n").getBytes(US_ASCII);
    boot.write(FILE, content);
    boot.sync(FILE); // a cut that kept the key's file only would leave one that nobody knows
    if (!boot.read(FILE).exists(written -> Arrays.equals(written, content))) {
      throw new IOException(FILE + " on the boot partition reads back otherwise");
    }
  }

  /** Whether it was made for this disk and opens nothing: each line alone proves only the first. */
  boolean isSpent(Secret key) throws IOException {
    return lines().contains(digest(key)) && !inUse.opens(key);
  }

  /** Of a damaged file those lines that are whole: no key is taken for ours that is not. */
  private List<String> lines() throws IOException {
    Option<byte[]> content = boot.read(FILE);
    return content
        .map(bytes -> new String(bytes, US_ASCII).lines().filter(OwnKeys::isDigest).toList())
        .getOrElse(List.of());
  }

  private static boolean isDigest(String line) {
    return line.matches("[0-9a-f]{64}");
  }

  private static String digest(Secret key) {
    byte[] copy = new byte[key.length()];
    key.buffer().get(copy);
    try {
      return Digest.of(copy).hex();
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }
}
