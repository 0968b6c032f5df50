package dev.lockstep.initrd.cryptsetup;

import java.util.List;
import java.util.Set;

/**
 * The JSON area of a LUKS2 header as typed values (LUKS2 on-disk format, section 3), each list in
 * the order of the ids.
 *
 * @param jsonBytes size of the JSON area, as the metadata itself states it
 * @param keyslotsBytes size of the binary keyslots area behind both header copies
 * @param requirements names under {@code config.requirements.mandatory}: what a reader must know
 */
public record Luks2Metadata(
    List<Keyslot> keyslots,
    List<Segment> segments,
    List<Digest> digests,
    List<Token> tokens,
    Set<String> requirements,
    long jsonBytes,
    long keyslotsBytes) {
  public Luks2Metadata {
    keyslots = List.copyOf(keyslots);
    segments = List.copyOf(segments);
    digests = List.copyOf(digests);
    tokens = List.copyOf(tokens);
    requirements = Set.copyOf(requirements);
  }

  /** The segments that are the volume, in its order. */
  public List<Segment> activeSegments() {
    return segments.stream().filter(segment -> !segment.isBackup()).toList();
  }

  /** The segments that carry a flag. */
  public List<Segment> segmentsWith(String flag) {
    return segments.stream().filter(segment -> segment.flags().contains(flag)).toList();
  }

  /** The slots that a passphrase can open. */
  public List<Keyslot.Passphrase> passphraseKeyslots() {
    return keyslots.stream()
        .filter(Keyslot.Passphrase.class::isInstance)
        .map(Keyslot.Passphrase.class::cast)
        .toList();
  }

  /** The slots in which a re-encryption keeps its state: none, or one. */
  public List<Keyslot.Reencryption> reencryptionKeyslots() {
    return keyslots.stream()
        .filter(Keyslot.Reencryption.class::isInstance)
        .map(Keyslot.Reencryption.class::cast)
        .toList();
  }
}
