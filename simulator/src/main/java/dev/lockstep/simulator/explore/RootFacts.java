package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.luks.Content;
import dev.lockstep.simulator.luks.Layout;
import dev.lockstep.simulator.luks.LuksHeader;
import dev.lockstep.simulator.luks.VolumeReading;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Option;
import java.util.Set;

/**
 * What all-knowing eyes see of a root partition, worked out once for each image.
 *
 * @param keySlots that the header names and whose key is there
 * @param boundTpms whose keys are there, whatever token names them
 * @param wholeThroughHeader whether the header's key gives every byte
 * @param wholeAndStaged the same, and crypttab names the volume
 * @param grown whether the filesystem has all of a finished volume, and was closed again
 */
record RootFacts(
    VolumeState volume,
    Option<LuksHeader> header,
    Set<Slot> keySlots,
    Set<String> boundTpms,
    Fingerprint headerFingerprint,
    boolean asInstalled,
    boolean wholeInTheClear,
    boolean wholeWithHeadCopy,
    boolean wholeThroughHeader,
    boolean wholeAndStaged,
    boolean headCopyIsGone,
    boolean restIsWhole,
    boolean grown) {

  private static final Memo<Key, RootFacts> KNOWN = new Memo<>(50_000);

  private record Key(Layout layout, Fingerprint image, Content content) {}

  static RootFacts of(Layout layout, Image image) {
    return of(layout, image.root(), image.offDisk().content());
  }

  /** With this content, if it is whole. */
  static RootFacts of(Layout layout, DiskImage image, Content content) {
    return KNOWN.of(
        new Key(layout, image.fingerprint(), content), _ -> read(layout, image, content));
  }

  private static RootFacts read(Layout layout, DiskImage image, Content content) {
    VolumeReading reading = new VolumeReading(layout, image::sector, content);
    Option<LuksHeader> header = reading.header();
    return new RootFacts(
        reading.state(),
        header,
        reading.keySlots(),
        reading.boundTpms(),
        reading.headerFingerprint(),
        reading.asInstalled(),
        reading.wholeInTheClear(),
        reading.wholeWithHeadCopy(),
        header.exists(reading::wholeThrough),
        header.exists(reading::wholeAndStaged),
        reading.headCopyIsGone(),
        reading.restIsWhole(),
        reading.isGrown());
  }
}
