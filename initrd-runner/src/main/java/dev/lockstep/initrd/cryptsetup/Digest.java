package dev.lockstep.initrd.cryptsetup;

import java.util.Set;

/** Which keyslots hold the key of which segments (LUKS2 on-disk format, section 3.4). */
public record Digest(int id, String type, Set<Integer> keyslots, Set<Integer> segments) {
  public Digest {
    keyslots = Set.copyOf(keyslots);
    segments = Set.copyOf(segments);
  }
}
