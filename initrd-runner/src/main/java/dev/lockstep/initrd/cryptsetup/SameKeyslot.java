package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.syscall.RandomReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Whether two LUKS2 headers have one and the same keyslot: then whatever opens it in the one opens
 * it in the other, with the same volume key.
 */
public final class SameKeyslot {

  private static final long LARGEST_AREA_BYTES = 1 << 20;

  private SameKeyslot() {}

  /** Compares the slot's metadata, its key material, and the digest of the volume key it holds. */
  public static boolean in(RandomReader one, RandomReader other, int slot) throws IOException {
    if (!(Luks2HeaderReader.read(one) instanceof HeaderReading.Valid(Luks2Header first))
        || !(Luks2HeaderReader.read(other) instanceof HeaderReading.Valid(Luks2Header second))) {
      return false;
    }
    Optional<Keyslot.Area> area = area(first, slot);
    String name = Integer.toString(slot);
    return area.isPresent()
        && area.equals(area(second, slot))
        && first
            .json()
            .path("keyslots")
            .path(name)
            .equals(second.json().path("keyslots").path(name))
        && digest(first).equals(digest(second))
        && bytes(one, area.get()).equals(bytes(other, area.get()));
  }

  /** The same of the keyslot that a token of this type opens, and of the token itself. */
  public static boolean behindToken(RandomReader one, RandomReader other, String tokenType)
      throws IOException {
    if (!(Luks2HeaderReader.read(one) instanceof HeaderReading.Valid(Luks2Header first))
        || !(Luks2HeaderReader.read(other) instanceof HeaderReading.Valid(Luks2Header second))) {
      return false;
    }
    Optional<Token> found =
        first.metadata().tokens().stream()
            .filter(token -> token.type().equals(tokenType) && token.keyslots().size() == 1)
            .findFirst();
    if (found.isEmpty()) {
      return false;
    }
    String name = Integer.toString(found.get().id());
    return first.json().path("tokens").path(name).equals(second.json().path("tokens").path(name))
        && in(one, other, found.get().keyslots().iterator().next());
  }

  private static Optional<Keyslot.Area> area(Luks2Header header, int slot) {
    return header.metadata().passphraseKeyslots().stream()
        .filter(keyslot -> keyslot.id() == slot)
        .map(Keyslot.Passphrase::area)
        .findFirst();
  }

  /** Salt and hash of the volume key, without the lists of what it is used for. */
  private static String digest(Luks2Header header) {
    var digest = header.json().path("digests").path("0");
    return digest.path("salt").asText() + " " + digest.path("digest").asText();
  }

  private static ByteBuffer bytes(RandomReader header, Keyslot.Area area) throws IOException {
    if (area.sizeBytes() > LARGEST_AREA_BYTES) {
      throw new IOException("a keyslot's area is larger than any that we make");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) area.sizeBytes());
    header.readFully(area.offsetBytes(), bytes);
    return bytes.flip();
  }
}
