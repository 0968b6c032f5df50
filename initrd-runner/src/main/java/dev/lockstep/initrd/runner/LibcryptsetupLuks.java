package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.ConversionProgress;
import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.DecryptedVolume;
import dev.lockstep.initrd.cryptsetup.Finaliser;
import dev.lockstep.initrd.cryptsetup.HeaderFile;
import dev.lockstep.initrd.cryptsetup.HotZone;
import dev.lockstep.initrd.cryptsetup.Keyslots;
import dev.lockstep.initrd.cryptsetup.Luks2Format;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.cryptsetup.Luks2State;
import dev.lockstep.initrd.cryptsetup.Pbkdf;
import dev.lockstep.initrd.cryptsetup.SameKeyslot;
import dev.lockstep.initrd.cryptsetup.Token;
import dev.lockstep.initrd.cryptsetup.Tokens;
import dev.lockstep.initrd.cryptsetup.WrongKeyException;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.syscall.WholeFile;
import dev.lockstep.initrd.tpm.RecoveryKey;
import dev.lockstep.journal.anchor.HeaderKeys;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The real libcryptsetup on the real disk. Each call attaches a loop device of its own over just
 * the bytes the library may touch, and lets it go: no cache of the library's writes outlives the
 * call.
 */
final class LibcryptsetupLuks implements Luks {

  private static final int SECTOR_BYTES = 512;
  private static final int SHIFT_BYTES =
      Math.toIntExact(Luks2Format.DEFAULT_DATA_OFFSET_SECTORS * SECTOR_BYTES);

  /** For who looks at the header; nothing here is told by it. */
  private static final String LABEL = "lockstep";

  private static final String ANCHOR_TYPE = "lockstep-journal";

  private final PartitionBytes partition;
  private final BootPartition boot;
  private final Scratch scratch;
  private final TpmKeys keys;
  private final HeaderLook headerLook;
  private final SlotKeys slotKeys;

  LibcryptsetupLuks(PartitionBytes partition, BootPartition boot, Scratch scratch, TpmKeys keys) {
    this.partition = partition;
    this.boot = boot;
    this.scratch = scratch;
    this.keys = keys;
    this.headerLook = new HeaderLook(partition);
    this.slotKeys = new SlotKeys(keys);
  }

  @Override
  public VolumeState look() throws IOException {
    return headerLook.look();
  }

  @Override
  public Option<VolumeState.Plain> filesystemAt(long offsetBytes) throws IOException {
    return headerLook.filesystemAt(offsetBytes);
  }

  @Override
  public Discovery discover() throws IOException {
    return new UnknownVolume(partition, scratch).discover(keys.anyKeys());
  }

  // ---------------------------------------------------------------- headers in files

  @Override
  public byte[] formatHeader(UUID uuid, List<Slot> wanted, List<Integer> pcrs, int sectorBytes)
      throws IOException, KeyRefused {
    Luks2Format format =
        new Luks2Format(uuid, LABEL, Luks2Format.DEFAULT_DATA_OFFSET_SECTORS, sectorBytes);
    if (wanted.contains(Slot.PASSWORD)) {
      keys.askForPassword();
    }
    Path file = scratch.file("header");
    Files.deleteIfExists(file);
    HeaderFile.create(file, format);
    try (LoopDevice data = attach(partition.sizeBytes());
        CryptDevice device = CryptDevice.open(file, data.path())) {
      device.format(format, Pbkdf.forRandomKeys());
      Keyslots slots = device.keyslots();
      slots.add(KeyslotNumbers.CONVERSION, keys.conversionKey(), Pbkdf.forRandomKeys());
      device
          .tokens()
          .set(Tokens.ANY, HeaderSlots.token(Slot.CONVERSION, KeyslotNumbers.CONVERSION));
      slots.add(KeyslotNumbers.RECOVERY, keys.newRecoveryKey(), Pbkdf.forRandomKeys());
      device.tokens().set(Tokens.ANY, RecoveryKey.tokenJson(KeyslotNumbers.RECOVERY));
      if (keys.headSigner().isDefined()) { // named from the first converted byte on
        device.tokens().set(Tokens.ANY, HeaderKeys.token(keys.headSigner().get().publicKey()));
      }
      for (Slot slot : wanted) {
        if (slot == Slot.PASSWORD || slot == Slot.KEYFILE) {
          try (Secret key = slotKeys.atHand(slot)) {
            slots.add(KeyslotNumbers.of(slot), key, Pbkdf.forPassphrases());
            device.tokens().set(Tokens.ANY, HeaderSlots.token(slot, KeyslotNumbers.of(slot)));
          }
        }
      }
    }
    for (Slot slot : wanted) {
      slotKeys.enrolByToken(slot, file, pcrs, keys.conversionKey());
    }
    return takeHeader(file);
  }

  @Override
  public boolean opensHeader(Slot slot, byte[] header) throws IOException, KeyRefused {
    Path file = headerFile(header);
    try (CryptDevice device = CryptDevice.open(file)) {
      return slotKeys.open(slot, device.load(), RandomReader.of(header));
    } finally {
      Files.delete(file);
    }
  }

  @Override
  public byte[] initialise(byte[] preparedHeader, long windowBytes) throws IOException, KeyRefused {
    int sectorBytes = PreparedSectors.bytesIn(preparedHeader);
    Path file = headerFile(preparedHeader);
    try (LoopDevice data = attach(windowBytes);
        CryptDevice device = CryptDevice.open(file, data.path())) {
      device
          .load()
          .reencryption()
          .initialise(
              keys.conversionKey(),
              KeyslotNumbers.CONVERSION,
              Luks2Format.DEFAULT_DATA_OFFSET_SECTORS,
              sectorBytes);
    } catch (WrongKeyException wrong) {
      throw new KeyRefused("The conversion key does not open the prepared header.");
    }
    return takeHeader(file);
  }

  private Path headerFile(byte[] content) throws IOException {
    Path file = scratch.file("header");
    WholeFile.write(file, content);
    return file;
  }

  private static byte[] takeHeader(Path file) throws IOException {
    byte[] content = WholeFile.read(file, SHIFT_BYTES);
    Files.delete(file);
    return content.length == SHIFT_BYTES
        ? content // as ever: a copy would cost another 16 MiB of memory
        : Arrays.copyOf(content, SHIFT_BYTES);
  }

  // ---------------------------------------------------------------- the conversion

  @Override
  public void stageHotZone() throws IOException, KeyRefused {
    if (Luks2State.read(partition) instanceof Luks2State.Converting cut
        && cut.isCutInAStep()
        && HotZone.isSmall(cut)) { // of a larger one the library's own recovery is all there is
      Path copy = scratch.file("hot-zone");
      byte[] data =
          withAnyKey(cut.windowBytes(), (_, key) -> HotZone.data(partition, cut, copy, key));
      partition.window(cut.windowBytes()).writeProven(HotZone.place(cut).offsetBytes(), data);
    }
  }

  @Override
  public void repair() throws IOException, KeyRefused {
    if (!(Luks2State.read(partition) instanceof Luks2State.Converting converting)) {
      return;
    }
    Luks2State _ =
        withAnyKey(
            converting.windowBytes(), (device, key) -> device.load().reencryption().recover(key));
  }

  @Override
  public boolean resume(Progress progress) throws IOException, KeyRefused {
    if (!(Luks2State.read(partition) instanceof Luks2State.Converting converting)) {
      throw new IOException("there is no conversion to resume");
    }
    boolean[] stopped = new boolean[1];
    ConversionProgress relay =
        (totalBytes, doneBytes) -> {
          stopped[0] = !progress.at(doneBytes, totalBytes);
          return stopped[0] ? ConversionProgress.Next.STOP : ConversionProgress.Next.GO_ON;
        };
    Luks2State after =
        withAnyKey(
            converting.windowBytes(),
            (device, key) -> device.load().reencryption().resume(key, relay));
    return !(stopped[0] && after instanceof Luks2State.Converting);
  }

  /** Something to be done with the volume and a key that may open it. */
  interface KeyUse<T> {
    T with(CryptDevice device, Secret key) throws IOException, KeyRefused;
  }

  /**
   * A key that is not the volume's is refused before anything is written; then the next is tried.
   */
  <T> T withAnyKey(long windowBytes, KeyUse<T> use) throws IOException, KeyRefused {
    List<Secret> candidates = keys.anyKeys();
    try (LoopDevice window = attach(windowBytes)) {
      for (Secret key : candidates) {
        try (CryptDevice device = CryptDevice.open(window.path())) {
          return use.with(device, key);
        } catch (WrongKeyException wrong) {
          // the next one may be right
        }
      }
    } finally {
      candidates.forEach(Secret::close);
    }
    throw new KeyRefused("No key at hand opens the volume; give one with --key-file.");
  }

  @Override
  public void finalise() throws IOException {
    try (LoopDevice whole = attach(partition.sizeBytes());
        BlockDeviceFile device =
            BlockDeviceFile.open(whole.path(), BlockDeviceFile.Access.READ_WRITE)) {
      Finaliser.finalise(device);
    }
  }

  // ---------------------------------------------------------------- the finished volume

  @Override
  public boolean opensVolume(Slot slot) throws IOException, KeyRefused {
    boolean outOfReach =
        switch (slot) {
          case RECOVERY, PASSWORD, KEYFILE -> keys.operatorsKey(slot).isEmpty();
          // Who touched it once need not wait for the end.
          case FIDO2, PKCS11 -> boot.read(PreparedFile.PREPARED_HEADER.path()).isDefined();
          case CONVERSION, TPM2, TPM2_PIN -> false;
        };
    if (outOfReach) {
      return slotIsTheOneProven(slot);
    }
    try (LoopDevice whole = attach(partition.sizeBytes());
        CryptDevice device = CryptDevice.open(whole.path())) {
      return slotKeys.open(slot, device.load(), partition);
    }
  }

  /**
   * The operator's key may be where nobody can read it by now. It has opened the prepared header:
   * the volume's slot is the same one, byte for byte, so it opens this volume too.
   */
  private boolean slotIsTheOneProven(Slot slot) throws IOException {
    Option<byte[]> prepared = boot.read(PreparedFile.PREPARED_HEADER.path());
    if (prepared.isDefined() && SecurityKeys.isOne(slot)) {
      return SecurityKeys.isTheOneProven(slot, prepared.get(), partition);
    }
    return prepared.isDefined()
        && SameKeyslot.in(RandomReader.of(prepared.get()), partition, KeyslotNumbers.of(slot));
  }

  @Override
  public long filesystemEndBytes() throws IOException, KeyRefused {
    return filesystemInside().sizeBytes();
  }

  @Override
  public Either<String, Long> certainFilesystemEndBytes() throws IOException, KeyRefused {
    FilesystemGeometry.Known inside = filesystemInside();
    return inside.doubtAboutEnd().toEither(inside.sizeBytes()).swap();
  }

  @Override
  public byte[] headInside(int lengthBytes) throws IOException, KeyRefused {
    byte[] head = new byte[lengthBytes];
    try (Secret volumeKey = volumeKey()) {
      DecryptedVolume.open(partition, wholeHeader(), volumeKey).readFully(0, ByteBuffer.wrap(head));
    }
    return head;
  }

  private FilesystemGeometry.Known filesystemInside() throws IOException, KeyRefused {
    try (Secret volumeKey = volumeKey()) {
      return FilesystemInside.read(partition, wholeHeader(), volumeKey);
    }
  }

  private Secret volumeKey() throws IOException, KeyRefused {
    return withAnyKey(
        partition.sizeBytes(), (device, key) -> device.load().keyslots().volumeKey(key));
  }

  @Override
  public void addSlot(Slot slot, List<Integer> pcrs) throws IOException, KeyRefused {
    try (Secret existing = openingKey()) {
      // A cut in an earlier try may have left a slot that nothing names.
      settleEnrolment(Option.some(existing));
      onWhole(device -> EnrolmentNote.write(device, wholeHeader()));
      enrol(slot, pcrs, existing);
      settleEnrolment(Option.some(existing));
    }
  }

  private void enrol(Slot slot, List<Integer> pcrs, Secret existing)
      throws IOException, KeyRefused {
    try (LoopDevice whole = attach(partition.sizeBytes())) {
      switch (slot) {
        case RECOVERY, PASSWORD, KEYFILE -> slotKeys.enrolOperators(slot, whole.path(), existing);
        case TPM2, TPM2_PIN, FIDO2, PKCS11 ->
            slotKeys.enrolByToken(slot, whole.path(), pcrs, existing);
        case CONVERSION -> throw new IllegalArgumentException("a finished volume needs none");
      }
    }
  }

  private void settleEnrolment(Option<Secret> atHand) throws IOException {
    if (EnrolmentNote.isIn(wholeHeader())) {
      onWhole(device -> EnrolmentNote.settle(device, wholeHeader(), atHand));
    }
  }

  /** A copy of the first key at hand that opens the volume. */
  private Secret openingKey() throws IOException, KeyRefused {
    return withAnyKey(
        partition.sizeBytes(),
        (device, key) -> {
          device.load().keyslots().volumeKey(key).close();
          return key.slice(0, key.length());
        });
  }

  @Override
  public void setTpmAside() throws IOException, KeyRefused {
    openingKey().close();
    onWhole(device -> EarlierTpm.setAside(device, wholeHeader()));
  }

  @Override
  public boolean tpmIsSetAside() throws IOException {
    return EarlierTpm.isSetAside(wholeHeader());
  }

  @Override
  public void removeTpmSetAside() throws IOException {
    settleEnrolment(
        Option.none()); // of the present one's: a cut may have come right behind its token
    onWhole(device -> EarlierTpm.remove(device, wholeHeader()));
  }

  private Luks2Header wholeHeader() throws IOException {
    return headerLook.header().getOrElseThrow(() -> new IOException("no LUKS2 header is whole"));
  }

  @Override
  public void killConversionSlot() throws IOException {
    if (!(look() instanceof VolumeState.Encrypted)) {
      return;
    }
    for (int number :
        headerLook.header().flatMap(found -> HeaderSlots.of(found).number(Slot.CONVERSION))) {
      onWhole(device -> device.keyslots().destroy(number));
    }
  }

  @Override
  public void anchor(Digest journalHead) throws IOException {
    settleEnrolment(Option.none()); // as above; behind here there is no step that would
    int token = anchorToken().map(Token::id).getOrElse(Tokens.ANY);
    String json =
        "{\"type\":\"%s\",\"keyslots\":[],\"head\":\"%s\"}"
            .formatted(ANCHOR_TYPE, journalHead.hex());
    onWhole(device -> device.tokens().set(token, json));
  }

  /** Something to be done with the header as it is on the volume. */
  private interface HeaderUse {
    void with(CryptDevice device) throws IOException;
  }

  private void onWhole(HeaderUse use) throws IOException {
    try (LoopDevice whole = attach(partition.sizeBytes());
        CryptDevice device = CryptDevice.open(whole.path())) {
      use.with(device.load());
    }
  }

  @Override
  public Option<Digest> anchored() throws IOException {
    return headerLook
        .header()
        .flatMap(
            header ->
                anchorToken(header.metadata().tokens())
                    .flatMap(
                        token ->
                            Option.of(header.json().path("tokens").get(token.id() + ""))
                                .map(json -> json.path("head").asText())))
        .filter(head -> head.matches("[0-9a-f]{64}"))
        .map(Digest::new);
  }

  private Option<Token> anchorToken() throws IOException {
    return headerLook.header().flatMap(header -> anchorToken(header.metadata().tokens()));
  }

  private static Option<Token> anchorToken(List<Token> tokens) {
    return Option.ofOptional(
        tokens.stream().filter(token -> token.type().equals(ANCHOR_TYPE)).findFirst());
  }

  private LoopDevice attach(long sizeBytes) throws IOException {
    return LoopDevice.attachDirect(
        partition.disk().path(), new LoopDevice.Window(partition.offsetBytes(), sizeBytes));
  }
}
