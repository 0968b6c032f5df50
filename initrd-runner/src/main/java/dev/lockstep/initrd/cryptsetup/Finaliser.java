package dev.lockstep.initrd.cryptsetup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Ends a conversion that was cut between its last data and its last metadata. libcryptsetup can't:
 * it refuses to resume, to repair and to add a key there. Only the header is written.
 *
 * <p>The moved segment must have been wiped before: once finalised, nothing in the metadata tells
 * any more where it was.
 */
public final class Finaliser {
  private Finaliser() {}

  /**
   * Drops the re-encryption's keyslot, its backup segments and its requirement, leaving one segment
   * of size {@code dynamic}.
   *
   * @param device opened for writing, the header at its start
   * @return the header as read back, which {@link Luks2State} calls encrypted
   * @throws IllegalStateException in every state but converted-not-finalised
   */
  public static Luks2Header finalise(BlockDeviceFile device) throws IOException {
    Luks2State before = Luks2State.read(device);
    if (!(before instanceof Luks2State.ConvertedNotFinalised stuck)) {
      throw new IllegalStateException("nothing to finalise on " + device.path() + ": " + before);
    }
    Luks2Header written = Luks2Writer.update(device, stuck.header(), finalised(stuck.header()));
    if (Luks2State.of(new HeaderReading.Valid(written)) instanceof Luks2State.Encrypted) {
      return written;
    }
    throw new IllegalStateException("finalising " + device.path() + " left no encrypted volume");
  }

  private static ObjectNode finalised(Luks2Header header) {
    ObjectNode json = header.json();
    Set<String> keyslots = new HashSet<>();
    for (Keyslot.Reencryption keyslot : header.metadata().reencryptionKeyslots()) {
      keyslots.add(Integer.toString(keyslot.id()));
    }
    Set<String> segments = new HashSet<>();
    for (Segment segment : header.metadata().segments()) {
      if (segment.isBackup()) {
        segments.add(Integer.toString(segment.id()));
      }
    }
    ((ObjectNode) json.get("keyslots")).remove(keyslots);
    ((ObjectNode) json.get("segments")).remove(segments);
    ((ObjectNode) json.get("config")).remove("requirements");
    ObjectNode digests = (ObjectNode) json.get("digests");
    for (Digest digest : header.metadata().digests()) {
      ObjectNode node = (ObjectNode) digests.get(Integer.toString(digest.id()));
      drop((ArrayNode) node.get("keyslots"), keyslots);
      drop((ArrayNode) node.get("segments"), segments);
      if (node.get("keyslots").isEmpty() && node.get("segments").isEmpty()) {
        digests.remove(List.of(Integer.toString(digest.id())));
      }
    }
    for (JsonNode token : json.get("tokens")) {
      drop((ArrayNode) token.get("keyslots"), keyslots);
    }
    return json;
  }

  private static void drop(ArrayNode names, Set<String> unwanted) {
    names.removeIf(name -> unwanted.contains(name.textValue()));
  }
}
