package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.cryptsetup.Luks2State.ConvertedNotFinalised;
import dev.lockstep.initrd.cryptsetup.Luks2State.Converting;
import dev.lockstep.initrd.cryptsetup.Luks2State.Damaged;
import dev.lockstep.initrd.cryptsetup.Luks2State.Encrypted;
import dev.lockstep.initrd.cryptsetup.Luks2State.ForeignConversion;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The rules behind {@link Luks2State}; pure. */
final class Luks2Classifier {
  /** What cryptsetup 2.4.3 and later set while this kind of conversion runs. */
  static final String REQUIREMENT = "online-reencrypt-v2";

  /** Beyond all devices; sums of three such numbers still fit a long. */
  private static final long LARGEST_BYTES = 1L << 60;

  private static final int SECTOR_BYTES = 512;

  private Luks2Classifier() {}

  static Luks2State classify(Luks2Header header) {
    Luks2Metadata metadata = header.metadata();
    boolean pending =
        !metadata.reencryptionKeyslots().isEmpty()
            || metadata.segments().stream().anyMatch(s -> s.isBackup() || s.isInReencryption());
    if (metadata.requirements().isEmpty()) {
      return pending
          ? new Damaged("parts of a re-encryption are there, but not its requirement")
          : whole(header);
    }
    if (!metadata.requirements().equals(Set.of(REQUIREMENT))) {
      return new ForeignConversion("requirements " + shown(metadata.requirements()));
    }
    return conversion(header);
  }

  private static Luks2State whole(Luks2Header header) {
    List<Segment> segments = header.metadata().segments();
    if (segments.size() != 1) {
      return new ForeignConversion("a volume of " + segments.size() + " segments");
    }
    return switch (segments.getFirst()) {
      case Segment.Linear linear ->
          new ForeignConversion("a volume that is not encrypted, segment " + linear.id());
      case Segment.Crypt crypt ->
          hasKey(header.metadata(), crypt)
              ? new Encrypted(header, crypt)
              : new Damaged("no keyslot holds the key of the volume");
    };
  }

  private static Luks2State conversion(Luks2Header header) {
    Luks2Metadata metadata = header.metadata();
    if (metadata.reencryptionKeyslots().size() != 1) {
      return new Damaged(
          "a re-encryption with " + metadata.reencryptionKeyslots().size() + " keyslots for it");
    }
    Keyslot.Reencryption keyslot = metadata.reencryptionKeyslots().getFirst();
    if (!keyslot.mode().equals("encrypt")
        || !keyslot.direction().equals("backward")
        || !keyslot.area().type().equals("datashift")) {
      return new ForeignConversion(
          "a re-encryption that is none of ours: "
              + shown(Set.of(keyslot.mode(), keyslot.direction(), keyslot.area().type())));
    }
    Optional<Plan> plan = Plan.of(metadata, keyslot);
    if (plan.isEmpty()) {
      return new ForeignConversion("a layout that does not move the first segment to the end");
    }
    if (!hasKey(metadata, plan.get().last())) {
      return new Damaged("no keyslot holds the key of the volume that is being made");
    }
    List<Segment> active = metadata.activeSegments();
    if (plan.get().isFinished(active)) {
      return new ConvertedNotFinalised(header, plan.get().windowBytes(), plan.get().moved());
    }
    return progress(header, plan.get(), active);
  }

  /** Walks the active segments through the volume: first what is plain, then what is encrypted. */
  private static Luks2State progress(Luks2Header header, Plan plan, List<Segment> active) {
    long position = 0;
    long plainBytes = 0;
    Optional<ByteRange> hotzone = Optional.empty();
    boolean encryptedSeen = false;
    for (Segment segment : active) {
      long size = segment.sizeBytes().orElse(plan.dataBytes() - position);
      if (size <= 0 || size > plan.dataBytes() - position) {
        return new Damaged("segment " + segment.id() + " does not fit the data");
      }
      switch (segment) {
        case Segment.Linear linear -> {
          if (encryptedSeen || !plan.isPlainPlace(linear, position, size)) {
            return new Damaged("segment " + linear.id() + " is not where plain data lies");
          }
          plainBytes += size;
        }
        case Segment.Crypt crypt -> {
          if (!plan.isEncryptedPlace(crypt, position)
              || (crypt.isInReencryption() && encryptedSeen)) {
            return new Damaged("segment " + crypt.id() + " is not where encrypted data lies");
          }
          if (crypt.isInReencryption()) {
            hotzone = Optional.of(new ByteRange(position, size));
          }
          encryptedSeen = true;
        }
      }
      position += size;
    }
    if (position != plan.dataBytes()) {
      return new Damaged("the segments are not the whole volume");
    }
    long remaining = plainBytes + hotzone.map(ByteRange::lengthBytes).orElse(0L);
    return new Converting(
        header,
        plan.windowBytes(),
        plan.dataBytes(),
        plan.shiftBytes(),
        remaining,
        hotzone,
        plan.moved());
  }

  /** What the three backup segments say of the whole conversion. */
  private record Plan(long dataBytes, long shiftBytes, ByteRange moved, Segment.Crypt last) {

    static Optional<Plan> of(Luks2Metadata metadata, Keyslot.Reencryption keyslot) {
      List<Segment> moved = metadata.segmentsWith(Segment.BACKUP_MOVED);
      List<Segment> previous = metadata.segmentsWith(Segment.BACKUP_PREVIOUS);
      List<Segment> last = metadata.segmentsWith(Segment.BACKUP_FINAL);
      if (moved.size() != 1
          || previous.size() != 1
          || last.size() != 1
          || !(moved.getFirst() instanceof Segment.Linear movedLinear)
          || !(previous.getFirst() instanceof Segment.Linear previousLinear)
          || !(last.getFirst() instanceof Segment.Crypt lastCrypt)) {
        return Optional.empty();
      }
      long data = previousLinear.sizeBytes().orElse(-1);
      long shift = keyslot.shiftBytes().orElse(-1);
      long movedBytes = movedLinear.sizeBytes().orElse(-1);
      boolean ours =
          data > 0
              && data <= LARGEST_BYTES
              && shift > 0
              && shift <= LARGEST_BYTES
              && previousLinear.offsetBytes() == 0
              && movedBytes == Math.min(data, shift)
              && movedLinear.offsetBytes() == data + shift
              && lastCrypt.offsetBytes() == shift
              && lastCrypt.sizeBytes().isEmpty()
              && lastCrypt.ivTweakSectors() == 0
              && !lastCrypt.authenticated();
      return ours
          ? Optional.of(
              new Plan(
                  data, shift, new ByteRange(movedLinear.offsetBytes(), movedBytes), lastCrypt))
          : Optional.empty();
    }

    /**
     * The library puts the moved segment one shift before the end of the device, even where the
     * data is shorter than the shift.
     */
    long windowBytes() {
      return moved.offsetBytes() + shiftBytes;
    }

    boolean isFinished(List<Segment> active) {
      return active.size() == 1
          && active.getFirst() instanceof Segment.Crypt crypt
          && crypt.flags().isEmpty()
          && crypt.offsetBytes() == last.offsetBytes()
          && crypt.sizeBytes().equals(OptionalLong.empty())
          && isEncryptedPlace(crypt, 0);
    }

    boolean isPlainPlace(Segment.Linear linear, long position, long size) {
      return linear.flags().isEmpty()
          && (position == 0
              ? linear.offsetBytes() == moved.offsetBytes() && size <= moved.lengthBytes()
              : linear.offsetBytes() == position);
    }

    boolean isEncryptedPlace(Segment.Crypt crypt, long position) {
      return crypt.offsetBytes() == position + shiftBytes
          && crypt.ivTweakSectors() == position / SECTOR_BYTES
          && crypt.encryption().equals(last.encryption())
          && crypt.sectorBytes() == last.sectorBytes()
          && !crypt.authenticated();
    }
  }

  private static boolean hasKey(Luks2Metadata metadata, Segment.Crypt segment) {
    return metadata.digests().stream()
        .filter(digest -> digest.segments().contains(segment.id()))
        .anyMatch(
            digest ->
                metadata.passphraseKeyslots().stream()
                    .anyMatch(keyslot -> digest.keyslots().contains(keyslot.id())));
  }

  private static String shown(Set<String> words) {
    return new MalformedMetadataException(String.join(", ", words.stream().sorted().toList()))
        .getMessage();
  }
}
