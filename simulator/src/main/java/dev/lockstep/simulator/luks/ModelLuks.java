package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.luks.LuksArea.Copy;
import dev.lockstep.simulator.luks.LuksHeader.Enrolment;
import dev.lockstep.simulator.luks.TpmSlots.TpmSlot;
import dev.lockstep.simulator.tpm.ModelKeys;
import dev.lockstep.simulator.tpm.Names;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;

/**
 * libcryptsetup's in-place encryption with a data shift, backward, in its own order of writes and
 * with its own faults (cryptsetup 2.6, measured; {@code LibraryFidelityTest} holds it to a
 * recording of the real one).
 *
 * <p><b>The fault contract.</b> What is below may be cut anywhere, as {@link ModelDisk} says.
 *
 * <ul>
 *   <li>A header update writes the primary copy, flushes, writes the secondary, flushes. Of two
 *       whole copies the higher seqid wins, and the next update mends the other first.
 *   <li>Each hot zone: header (marked {@code in-reencryption}) → data, one shift further → flush →
 *       header. The zone's source stays whole until the next zone is written.
 *   <li>The end: the head's copy is wiped piece by piece, flush, the key slot area of the
 *       re-encryption is wiped, flush, header. Between the last zone's header and this one the
 *       volume is <em>finished, not finalised</em>.
 *   <li>Fault: a flush of the header or of a wipe that fails is not heard of; one of a hot zone's
 *       data is.
 *   <li>Fault: {@link #initialise} copies the head to the tail and flushes nothing.
 *   <li>Fault: {@link #repair} flushes nothing between a hot zone's data and the header that calls
 *       it done.
 *   <li>A key slot that is added is written and flushed before the header names it; one that is
 *       killed is overwritten and flushed before the header forgets it: between, it opens nothing.
 *   <li>Fault: with a hot zone marked, {@link #resume} refuses until {@link #repair}.
 *   <li>Fault: what is finished and not finalised, {@link #repair} leaves as it is, and {@link
 *       #resume} encrypts a second time and reports success.
 *   <li>Fault: the only key slot can be killed in the middle of a conversion.
 * </ul>
 */
public final class ModelLuks implements Luks {

  private final Layout layout;
  private final ModelDisk disk;
  private final HeaderOnDisk onDisk;
  private final ModelKeys keys;
  private Option<Integer> volumeKeyOf = Option.none();

  public ModelLuks(Layout layout, ModelDisk disk, ModelKeys keys) {
    this.layout = layout;
    this.disk = disk;
    this.onDisk = new HeaderOnDisk(disk);
    this.keys = keys;
  }

  @Override
  public VolumeState look() {
    disk.reading();
    return new VolumeReading(layout, disk::sector).state();
  }

  @Override
  public Option<VolumeState.Plain> filesystemAt(long offsetBytes) {
    int sector = Math.toIntExact(offsetBytes / Sector.BYTES) + layout.superblock();
    return PlainFilesystem.recognise(disk.sector(sector));
  }

  @Override
  public Discovery discover() throws IOException {
    LuksHeader header =
        new VolumeReading(layout, disk::sector)
            .header()
            .getOrElseThrow(() -> new IOException("no LUKS2 header is whole"));
    return new Discovery(!header.foreign(), header.slots(), inside(header));
  }

  private Either<String, Inside> inside(LuksHeader header) {
    boolean opens =
        (header.foreign() && keys.keyFileGiven())
            || keys.conversionKey().contains(header.conversionKey());
    if (!opens) {
      return Either.left("No key at hand opens it.");
    }
    Sector head =
        header.remainingSectors() > 0
            ? disk.sector(layout.tailSector() + layout.superblock())
            : Cipher.decrypt(
                header.number(),
                layout.superblock(),
                disk.sector(layout.shiftSectors() + layout.superblock()));
    return PlainFilesystem.recognise(head)
        .map(found -> new Inside(Layout.bytes(layout.shiftSectors()), found))
        .toEither("it holds no filesystem");
  }

  /** Stands for what is in memory. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(volumeKeyOf.getOrElse(-1));
  }

  // ---------------------------------------------------------------- the header in a file

  @Override
  public byte[] formatHeader(UUID uuid, List<Slot> slots, List<Integer> pcrs, int sectorBytes)
      throws IOException, KeyRefused {
    if (sectorBytes != Job.SMALL_SECTOR_BYTES) {
      throw new IOException("the modelled filesystem writes single sectors, and mounts no larger");
    }
    int number = Names.number(uuid);
    int conversionKey = keys.conversionKey().getOrElseThrow(ModelLuks::noKey);
    LuksHeader header =
        new LuksHeader(
            number,
            conversionKey,
            withConversionKey(slots),
            TpmSlots.of(keys.tpm().measured()),
            LuksHeader.Conversion.NONE,
            Enrolment.NONE,
            Option.none());
    keys.madeRecoveryKey(number);
    return LuksArea.file(header, layout.shiftSectors());
  }

  private static EnumSet<Slot> withConversionKey(List<Slot> slots) {
    EnumSet<Slot> all = EnumSet.copyOf(slots);
    all.add(Slot.CONVERSION);
    return all;
  }

  @Override
  public boolean opensHeader(Slot slot, byte[] header) throws IOException, KeyRefused {
    return opens(slot, inFile(header), keyslotsIn(header));
  }

  @Override
  public byte[] initialise(byte[] preparedHeader, long windowBytes) throws IOException, KeyRefused {
    if (windowBytes != Layout.bytes(layout.windowSectors())) {
      throw new IOException("the window of " + windowBytes + " bytes is not the layout's");
    }
    LuksHeader header = inFile(preparedHeader);
    needConversionKey(header, keyslotsIn(preparedHeader));
    for (int sector = 0; sector < layout.shiftSectors(); sector++) {
      disk.write(layout.tailSector() + sector, disk.sector(sector)); // and, as there, no flush
    }
    return LuksArea.file(
        header.converting(layout.windowSectors(), layout.filesystemSectors()),
        layout.shiftSectors());
  }

  private static LuksHeader inFile(byte[] file) throws IOException {
    return LuksArea.read(file)
        .best()
        .map(Copy::header)
        .getOrElseThrow(() -> new IOException("the header file holds no LUKS2 header"));
  }

  // ---------------------------------------------------------------- the conversion

  @Override
  public void stageHotZone() throws IOException, KeyRefused {
    Option<LuksHeader> header = new VolumeReading(layout, disk::sector).header();
    if (header.exists(LuksHeader::hot)) {
      needConversionKey(header.get());
      needKeyslotArea(header.get());
      moveZone(header.get());
      disk.flush();
    }
  }

  @Override
  public void repair() throws IOException, KeyRefused {
    LuksHeader header = onDisk.load();
    if (!header.requirement()) {
      return;
    }
    needConversionKey(header);
    if (!header.hot()) {
      return; // finished, not finalised: returns success and does nothing
    }
    needKeyslotArea(header);
    moveZone(header); // and, as there, no flush before the header
    int remaining = afterZone(header);
    onDisk.commit(header.with(true, false, remaining));
    if (remaining == 0) {
      tearDown();
    }
  }

  @Override
  public boolean resume(Progress progress) throws IOException, KeyRefused {
    LuksHeader header = onDisk.load();
    if (!header.requirement()) {
      throw new IOException("the device is not in re-encryption");
    }
    if (header.hot()) {
      throw new IOException("the re-encryption needs repair before it can be resumed");
    }
    needConversionKey(header);
    if (header.finishedNotFinalised()) {
      encryptOnceMore(header);
      tearDown();
      return true;
    }
    needKeyslotArea(header);
    while (header.remainingSectors() > 0) {
      if (!goesOn(progress, header)) {
        return false;
      }
      onDisk.commit(header.with(true, true, header.remainingSectors()));
      moveZone(header);
      disk.flush();
      header = header.with(true, false, afterZone(header));
      onDisk.commit(header);
    }
    tearDown();
    return true;
  }

  private boolean goesOn(Progress progress, LuksHeader header) {
    long total = Layout.bytes(layout.filesystemSectors());
    return progress.at(total - Layout.bytes(header.remainingSectors()), total);
  }

  private int afterZone(LuksHeader header) {
    return Math.max(0, header.remainingSectors() - layout.shiftSectors());
  }

  /** The last zone that is in the clear; the head comes from its copy. */
  private void moveZone(LuksHeader header) {
    int shift = layout.shiftSectors();
    for (int logical = afterZone(header); logical < header.remainingSectors(); logical++) {
      int source = logical < shift ? layout.tailSector() + logical : logical;
      disk.write(logical + shift, Cipher.encrypt(header.number(), logical, disk.sector(source)));
    }
  }

  private void encryptOnceMore(LuksHeader header) {
    for (int logical = 0; logical < layout.filesystemSectors(); logical++) {
      int place = logical + layout.shiftSectors();
      disk.write(place, Cipher.encrypt(header.number(), logical, disk.sector(place)));
    }
    disk.flush();
  }

  private void tearDown() throws IOException {
    for (int piece = 0; piece < layout.shiftSectors(); piece++) {
      disk.write(layout.tailSector() + piece, UsedDisk.NOISE);
    }
    disk.flushUnheard();
    onDisk.writeKeys(onDisk.keyslots().withoutReencryption());
    onDisk.commit(onDisk.load().with(false, false, 0));
  }

  @Override
  public void finalise() throws IOException {
    onDisk.finalise();
  }

  // ---------------------------------------------------------------- slots and tokens

  @Override
  public boolean opensVolume(Slot slot) throws IOException, KeyRefused {
    return opens(slot, onDisk.load(), onDisk.keyslots());
  }

  @Override
  public long filesystemEndBytes() throws IOException, KeyRefused {
    return PlainFilesystem.recognise(decrypted(openHeader(), layout.superblock()))
        .map(VolumeState.Plain::endBytes)
        .getOrElseThrow(() -> new IOException("the encrypted volume holds no filesystem"));
  }

  LuksHeader openHeader() throws IOException, KeyRefused {
    LuksHeader header = onDisk.load();
    needConversionKey(header);
    return header;
  }

  private Sector decrypted(LuksHeader header, int logical) throws IOException {
    return Cipher.decrypt(header.number(), logical, disk.sector(layout.shiftSectors() + logical));
  }

  @Override
  public Either<String, Long> certainFilesystemEndBytes() throws IOException, KeyRefused {
    return PlainFilesystem.needsItsLog(decrypted(openHeader(), layout.superblock()))
        ? Either.left("it was not unmounted cleanly")
        : Either.right(filesystemEndBytes());
  }

  @Override
  public byte[] headInside(int lengthBytes) throws IOException, KeyRefused {
    LuksHeader header = openHeader();
    byte[] head = new byte[lengthBytes];
    for (int sector = 0; sector < lengthBytes / Sector.BYTES; sector++) {
      decrypted(header, sector).copyTo(head, sector * Sector.BYTES, Sector.BYTES);
    }
    return head;
  }

  @Override
  public void addSlot(Slot slot, List<Integer> pcrs) throws IOException, KeyRefused {
    needConversionKey(onDisk.load());
    settleEnrolment();
    onDisk.commit(onDisk.load().enrolling(Enrolment.NOTED));
    addUnnamed(slot, Enrolment.UNNAMED);
    name(slot, Enrolment.NOTED);
    settleEnrolment();
  }

  /** As it was before anybody noted which slots there were: what a cut leaves stays. */
  public void addSlotUnnoted(Slot slot) throws IOException, KeyRefused {
    needConversionKey(onDisk.load());
    Enrolment before = onDisk.load().enrolment();
    addUnnamed(slot);
    name(slot, before);
  }

  /** What the library does for one slot, and no more. */
  public void addUnnamed(Slot slot) throws IOException {
    addUnnamed(slot, Enrolment.FORGOTTEN);
  }

  private void addUnnamed(Slot slot, Enrolment meanwhile) throws IOException {
    LuksHeader header = onDisk.load();
    onDisk.writeKeys(onDisk.keyslots().with(slot, header));
    onDisk.commit(header.enrolling(meanwhile));
  }

  private void name(Slot slot, Enrolment then) throws IOException {
    LuksHeader header = onDisk.load();
    onDisk.commit(header.and(slot, keys.tpm().measured()).enrolling(then));
  }

  private void settleEnrolment() throws IOException {
    LuksHeader header = onDisk.load();
    if (header.enrolment().isNoted()) {
      onDisk.commit(header.enrolling(Enrolment.NONE));
    }
  }

  @Override
  public void setTpmAside() throws IOException, KeyRefused {
    LuksHeader header = onDisk.load();
    needConversionKey(header);
    onDisk.commit(header.withTpmAside());
  }

  @Override
  public boolean tpmIsSetAside() {
    return new VolumeReading(layout, disk::sector).header().exists(LuksHeader::tpmIsSetAside);
  }

  @Override
  public void removeTpmSetAside() throws IOException {
    settleEnrolment();
    LuksHeader header = onDisk.load();
    for (TpmSlot earlier : header.tpms().aside()) {
      onDisk.writeKeys(onDisk.keyslots().without(earlier));
    }
    if (header.tpmIsSetAside()) {
      onDisk.commit(header); // the library forgets the slot first; its token is still there
      onDisk.commit(header.withoutTpmAside());
    }
  }

  @Override
  public void killConversionSlot() throws IOException {
    LuksHeader header = onDisk.load();
    if (header.slots().contains(Slot.CONVERSION)) {
      onDisk.writeKeys(onDisk.keyslots().without(Slot.CONVERSION));
      onDisk.commit(header.without(Slot.CONVERSION));
    }
  }

  @Override
  public void anchor(Digest journalHead) throws IOException {
    settleEnrolment();
    onDisk.commit(onDisk.load().anchored(Option.some(journalHead)));
  }

  @Override
  public Option<Digest> anchored() throws IOException {
    return new VolumeReading(layout, disk::sector).header().flatMap(LuksHeader::anchor);
  }

  private boolean opens(Slot slot, LuksHeader header, KeyslotArea area) throws KeyRefused {
    if (!header.slots().contains(slot) || !area.holds(header, slot)) {
      return false;
    }
    return switch (slot) {
      case CONVERSION -> keys.conversionKey().contains(header.conversionKey());
      case RECOVERY -> keys.operatorHolds(header.number());
      case TPM2, TPM2_PIN -> {
        keys.tpm().authorise(header.measured());
        yield true;
      }
      case PASSWORD, KEYFILE, FIDO2, PKCS11 -> true; // the operator, asked, has them
    };
  }

  private void needConversionKey(LuksHeader header) throws KeyRefused {
    needConversionKey(header, onDisk.keyslots());
  }

  private void needConversionKey(LuksHeader header, KeyslotArea area) throws KeyRefused {
    if (volumeKeyOf.contains(header.number())) {
      return; // once opened, this process needs no slot any more
    }
    boolean typed =
        (keys.recoveryKeyTyped() || keys.recoveryKeyGiven()) && opens(Slot.RECOVERY, header, area);
    boolean given = header.foreign() && keys.keyFileGiven() && area.holds(header, Slot.KEYFILE);
    if (!typed && !given && !opens(Slot.CONVERSION, header, area)) {
      throw noKey();
    }
    volumeKeyOf = Option.some(header.number());
  }

  private static KeyRefused noKey() {
    return new KeyRefused("No key in memory opens the conversion slot.");
  }

  private void needKeyslotArea(LuksHeader header) throws IOException {
    if (!onDisk.keyslots().holdsReencryption(header)) {
      throw new IOException("the key slot area of the re-encryption is damaged");
    }
  }

  private static KeyslotArea keyslotsIn(byte[] file) {
    return KeyslotArea.read(Sector.of(file, LuksArea.KEYSLOT_AREA * Sector.BYTES));
  }
}
