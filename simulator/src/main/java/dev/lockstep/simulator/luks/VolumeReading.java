package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.luks.TpmSlots.TpmSlot;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Option;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The root partition as someone reads it who knows every key and writes nothing: what the runner is
 * told, and what only the simulator may know.
 *
 * @param sectors by their number on the partition
 * @param content what the filesystem must hold to be whole
 */
public record VolumeReading(Layout layout, IntFunction<Sector> sectors, Content content) {

  /** Nobody has written to the filesystem since it was installed. */
  public VolumeReading(Layout layout, IntFunction<Sector> sectors) {
    this(layout, sectors, Content.AS_INSTALLED);
  }

  /** What the first sectors say; a whole LUKS2 header goes before a filesystem. */
  public VolumeState state() {
    return header()
        .map(VolumeReading::underLuks)
        .orElse(() -> PlainFilesystem.recognise(sectors.apply(layout.superblock())))
        .getOrElse(() -> new VolumeState.Unrecognised("no header, no superblock"));
  }

  /** Whether both copies of a header are whole and the same. */
  public boolean headerIsSettled() {
    return LuksArea.read(sectors).settled();
  }

  public Option<LuksHeader> header() {
    return LuksArea.read(sectors).best().map(LuksArea.Copy::header);
  }

  /** Those that the header names and whose key is there: the others open nothing. */
  public Set<Slot> keySlots() {
    KeyslotArea area = KeyslotArea.read(sectors.apply(LuksArea.KEYSLOT_AREA));
    return header()
        .map(
            found ->
                found.slots().stream()
                    .filter(slot -> area.holds(found, slot))
                    .collect(Collectors.toUnmodifiableSet()))
        .getOrElse(Set.of());
  }

  /** The TPMs whose keys are there, named or set aside, and what they must measure. */
  public Set<String> boundTpms() {
    KeyslotArea area = KeyslotArea.read(sectors.apply(LuksArea.KEYSLOT_AREA));
    return header()
        .map(
            found ->
                Stream.concat(Stream.of(found.tpms().named()), found.tpms().aside().stream())
                    .filter(tpm -> area.holds(found, tpm))
                    .map(TpmSlot::bound)
                    .collect(Collectors.toUnmodifiableSet()))
        .getOrElse(Set.of());
  }

  /** The bytes of these sectors. */
  public byte[] content(int first, int count) {
    byte[] bytes = new byte[count * Sector.BYTES];
    for (int index = 0; index < count; index++) {
      sectors.apply(first + index).copyTo(bytes, index * Sector.BYTES, Sector.BYTES);
    }
    return bytes;
  }

  private static VolumeState underLuks(LuksHeader header) {
    if (!header.requirement()) {
      return new VolumeState.Encrypted(header.uuid(), header.slots());
    }
    return header.finishedNotFinalised()
        ? new VolumeState.ConvertedNotFinalised(header.uuid(), Layout.bytes(header.windowSectors()))
        : new VolumeState.Converting(
            header.uuid(),
            Layout.bytes(header.windowSectors()),
            Layout.bytes(header.remainingSectors()));
  }

  /** Whether the filesystem is whole as it lies there, without any header. */
  public boolean wholeInTheClear() {
    return isWhole(logical -> sectors.apply(logical));
  }

  /** Whether every sector of it is the installer's, the configuration too. */
  public boolean asInstalled() {
    return wholeInTheClear()
        && sectors
            .apply(layout.crypttabSector())
            .equals(PlainFilesystem.original(layout, layout.crypttabSector()));
  }

  /** Whether it is whole when the head is taken from its copy at the tail. */
  public boolean wholeWithHeadCopy() {
    int shift = layout.shiftSectors();
    return isWhole(
        logical -> sectors.apply(logical < shift ? layout.tailSector() + logical : logical));
  }

  /** Whether it is whole when read through the header. */
  public boolean wholeThrough(LuksHeader header) {
    return isWhole(logical -> plain(header, logical));
  }

  /** Whether it is whole, and crypttab names this volume. */
  public boolean wholeAndStaged(LuksHeader header) {
    return wholeThrough(header)
        && plain(header, layout.crypttabSector()).equals(PlainFilesystem.crypttab(header.uuid()));
  }

  private Sector plain(LuksHeader header, int logical) {
    int shift = layout.shiftSectors();
    if (logical >= header.remainingSectors()) {
      return decryptedAt(header.number(), logical);
    }
    return sectors.apply(logical < shift ? layout.tailSector() + logical : logical);
  }

  private Sector decryptedAt(int number, int logical) {
    return Cipher.decrypt(number, logical, sectors.apply(logical + layout.shiftSectors()));
  }

  private boolean isWhole(IntFunction<Sector> logical) {
    int end = layout.filesystemSectors() + (content.grown() ? 1 : 0);
    for (int sector = 0; sector < end; sector++) {
      Sector found = logical.apply(sector);
      boolean same = found.equals(PlainFilesystem.expected(layout, sector, content));
      boolean staged = sector == layout.crypttabSector() && isStagedCrypttab(found);
      boolean growing = sector == layout.superblock() && GrowthStep.of(layout, found).isDefined();
      if (!same && !staged && !growing) {
        return false;
      }
    }
    return !GrowthStep.of(layout, logical.apply(layout.superblock())).exists(GrowthStep::isGrown)
        || GrowthStep.isWhole(layout, logical);
  }

  /** Whether a finished volume's filesystem has all of it, and was closed again. */
  public boolean isGrown() {
    return step().contains(GrowthStep.CLOSED);
  }

  /** How far it is with growing, where it is finished. */
  Option<GrowthStep> step() {
    return header()
        .filter(header -> !header.requirement())
        .flatMap(
            header -> GrowthStep.of(layout, decryptedAt(header.number(), layout.superblock())));
  }

  private static boolean isStagedCrypttab(Sector sector) {
    String text = new String(sector.bytes(), StandardCharsets.US_ASCII);
    return text.startsWith("root UUID=")
        && text.length() > 46
        && sector.equals(PlainFilesystem.crypttab(UUID.fromString(text.substring(10, 46))));
  }

  /** Whether nothing is left where the head's copy was of what was in the head. */
  public boolean headCopyIsGone() {
    for (int index = 0; index < layout.shiftSectors(); index++) {
      Sector there = sectors.apply(layout.tailSector() + index);
      if (there.equals(PlainFilesystem.original(layout, index))
          || there.equals(PlainFilesystem.expected(layout, index, content))) {
        return false;
      }
    }
    return true;
  }

  /** Whether what lies behind the window is what belongs there, and all of it. */
  public boolean restIsWhole() {
    return UsedDisk.isWhole(this);
  }

  /**
   * Stands for the header in comparisons of states: everything a later run could tell apart, and
   * nothing that only grows. Sequence ids count by their order, the anchor not at all. A torn copy
   * counts by what each of its halves belongs to, since a later write may complete it.
   */
  public Fingerprint headerFingerprint() {
    LuksArea area = LuksArea.read(sectors);
    Sector primary = sectors.apply(LuksArea.PRIMARY);
    Sector secondary = sectors.apply(LuksArea.SECONDARY);
    boolean comparable = BinaryHeader.isIn(primary) && BinaryHeader.isIn(secondary);
    int order =
        comparable
            ? Long.compare(
                BinaryHeader.read(primary).sequence(), BinaryHeader.read(secondary).sequence())
            : 2;
    return Fingerprint.of(order)
        .then(copyFingerprint(area.primary().isDefined(), LuksArea.PRIMARY))
        .then(copyFingerprint(area.secondary().isDefined(), LuksArea.SECONDARY));
  }

  private Fingerprint copyFingerprint(boolean whole, int base) {
    Sector binary = sectors.apply(base);
    Sector metadata = sectors.apply(base + 1);
    Fingerprint first =
        BinaryHeader.isIn(binary)
            ? BinaryHeader.read(binary).withoutAnchor()
            : binary.fingerprint();
    Fingerprint second =
        LuksHeader.decode(metadata)
            .map(LuksHeader::fingerprintWithoutAnchor)
            .getOrElse(metadata::fingerprint);
    return first.then(second).at(whole ? 1 : 2);
  }
}
