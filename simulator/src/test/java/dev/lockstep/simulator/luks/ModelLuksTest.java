package dev.lockstep.simulator.luks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.disk.PowerCut;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.journal.Registry;
import dev.lockstep.simulator.tpm.ModelKeys;
import dev.lockstep.simulator.tpm.ModelTpm;
import dev.lockstep.simulator.tpm.Names;
import dev.lockstep.simulator.tpm.OffDisk;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault of libcryptsetup that FACTS measured, and the order of its writes. */
class ModelLuksTest {

  private static final Layout LAYOUT = Layout.SMALL;
  private static final int NEVER = Integer.MAX_VALUE;

  private final List<List<Integer>> flushes = new ArrayList<>();
  private int cutBeforeFlush = NEVER;
  private ModelDisk disk;
  private ModelKeys keys;
  private ModelLuks luks;
  private byte[] blob;

  @BeforeEach
  void powerOn() throws Exception {
    start(PlainFilesystem.image(LAYOUT));
    blob = keys.sealNewConversionKey(List.of(7));
  }

  private void start(DiskImage image) {
    flushes.clear();
    disk = new ModelDisk(Domain.ROOT, image, this::flushed);
    ModelTpm tpm = new ModelTpm("firmware", OffDisk.NOTHING, _ -> {});
    keys =
        new ModelKeys(
            tpm,
            new Names(() -> Marks.NONE),
            new Registry(),
            _ -> {},
            Option::none,
            ModelKeys.Given.NONE);
    luks = new ModelLuks(LAYOUT, disk, keys);
  }

  private void restart() throws Exception {
    cutBeforeFlush = NEVER;
    start(disk.durable());
    keys.unseal(blob);
  }

  private void flushed(String before) {
    if (flushes.size() == cutBeforeFlush) {
      throw new PowerCut(before);
    }
    flushes.add(disk.pending().stream().map(PendingWrite::sector).toList());
  }

  private byte[] initialised() throws Exception {
    byte[] prepared =
        luks.formatHeader(Names.uuid(0), Job.STANDARD_SLOTS, List.of(7), Job.SMALL_SECTOR_BYTES);
    return luks.initialise(prepared, Layout.bytes(LAYOUT.windowSectors()));
  }

  private void place() throws Exception {
    disk.write(0, initialised());
    disk.flush();
    flushes.clear();
  }

  private void convertUntil(int flush) {
    cutBeforeFlush = flush;
    assertThatThrownBy(() -> luks.resume((_, _) -> true)).isInstanceOf(PowerCut.class);
  }

  private boolean contentIsWhole() {
    VolumeReading reading = new VolumeReading(LAYOUT, disk::sector);
    return reading.header().exists(reading::wholeThrough);
  }

  private static final int FLUSHES_A_ZONE = 5;

  private static int flushesUntilFinished() {
    return FLUSHES_A_ZONE * LAYOUT.hotZones();
  }

  @Test
  void initialisingCopiesTheHeadToTheTailAndFlushesNothing() throws Exception {
    initialised();

    assertThat(flushes).isEmpty();
    assertThat(disk.pending())
        .extracting(PendingWrite::sector)
        .allMatch(sector -> sector >= LAYOUT.tailSector());
    assertThat(disk.durable().sector(LAYOUT.tailSector())).isEqualTo(Sector.BLANK);
  }

  @Test
  void initialisingAgainCopiesATornHeadOverTheGoodCopy() throws Exception {
    byte[] header = initialised();
    disk.flush();
    disk.write(0, Sector.of(header)); // torn: only its first sector
    initialised();

    assertThat(disk.sector(LAYOUT.tailSector())).isEqualTo(Sector.of(header));
    assertThat(new VolumeReading(LAYOUT, disk::sector).wholeWithHeadCopy()).isFalse();
  }

  @Test
  void aHotZoneIsHeaderTwiceFlushedThenDataFlushedThenHeaderTwiceFlushed() throws Exception {
    place();
    luks.resume((_, _) -> true);

    int last = LAYOUT.filesystemSectors();
    assertThat(flushes.subList(0, FLUSHES_A_ZONE))
        .containsExactly(
            List.of(0, 1),
            List.of(2, 3),
            List.of(last, last + 1, last + 2, last + 3, last + 4),
            List.of(0, 1),
            List.of(2, 3));
  }

  @Test
  void theEndWipesTheTailThenTheKeySlotAreaThenDropsTheRequirement() throws Exception {
    place();
    luks.resume((_, _) -> true);

    int tail = LAYOUT.tailSector();
    assertThat(flushes.subList(flushesUntilFinished(), flushes.size()))
        .containsExactly(
            List.of(tail, tail + 1, tail + 2, tail + 3, tail + 4),
            List.of(LuksArea.KEYSLOT_AREA),
            List.of(0, 1),
            List.of(2, 3));
    assertThat(luks.look()).isInstanceOf(VolumeState.Encrypted.class);
    assertThat(contentIsWhole()).isTrue();
  }

  @Test
  void aHotZoneThatWasCutRefusesToResumeUntilItIsRepaired() throws Exception {
    place();
    convertUntil(2);
    restart();

    assertThatThrownBy(() -> luks.resume((_, _) -> true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("repair");
    luks.repair();
    assertThat(luks.resume((_, _) -> true)).isTrue();
    assertThat(contentIsWhole()).isTrue();
  }

  @Test
  void repairFlushesNothingBetweenTheDataAndTheHeaderThatCallsItDone() throws Exception {
    place();
    convertUntil(2);
    restart();
    luks.repair();

    int last = LAYOUT.filesystemSectors();
    assertThat(flushes)
        .containsExactly(
            List.of(last, last + 1, last + 2, last + 3, last + 4, 0, 1), List.of(2, 3));
  }

  @Test
  void aHotZoneThatWasStagedIsNotWrittenByRepair() throws Exception {
    place();
    convertUntil(2);
    restart();
    luks.stageHotZone();
    luks.stageHotZone();
    luks.repair();

    int last = LAYOUT.filesystemSectors();
    assertThat(flushes)
        .containsExactly(
            List.of(last, last + 1, last + 2, last + 3, last + 4), List.of(0, 1), List.of(2, 3));
  }

  @Test
  void aSlotThatIsBeingKilledOpensNothingThoughTheHeaderNamesIt() throws Exception {
    place();
    luks.resume((_, _) -> true);
    flushes.clear();
    cutBeforeFlush = 1; // the key is overwritten, the header not yet written
    assertThatThrownBy(luks::killConversionSlot).isInstanceOf(PowerCut.class);
    restart();

    assertThat(luks.look())
        .isInstanceOfSatisfying(
            VolumeState.Encrypted.class,
            found -> assertThat(found.slots()).contains(Slot.CONVERSION));
    assertThat(luks.opensVolume(Slot.CONVERSION)).isFalse();
    assertThat(luks.opensVolume(Slot.TPM2)).isTrue();
  }

  @Test
  void repairOfTheLastHotZoneFinishesTheJob() throws Exception {
    place();
    convertUntil(flushesUntilFinished() - 2);
    restart();
    luks.repair();

    assertThat(luks.look()).isInstanceOf(VolumeState.Encrypted.class);
    assertThatThrownBy(() -> luks.resume((_, _) -> true)).isInstanceOf(IOException.class);
  }

  @Test
  void whatIsFinishedButNotFinalisedIsLeftAsItIsByRepair() throws Exception {
    place();
    convertUntil(flushesUntilFinished());
    restart();
    luks.repair();

    assertThat(luks.look()).isInstanceOf(VolumeState.ConvertedNotFinalised.class);
  }

  @Test
  void whatIsFinishedButNotFinalisedIsEncryptedTwiceByResumeWhichReportsSuccess() throws Exception {
    place();
    convertUntil(flushesUntilFinished());
    restart();

    assertThat(luks.resume((_, _) -> true)).isTrue();
    assertThat(contentIsWhole()).isFalse();
  }

  @Test
  void theFinaliserMendsItWithoutTouchingData() throws Exception {
    place();
    convertUntil(flushesUntilFinished());
    restart();
    luks.finalise();

    assertThat(luks.look()).isInstanceOf(VolumeState.Encrypted.class);
    assertThat(contentIsWhole()).isTrue();
    assertThat(flushes).containsExactly(List.of(0, 1), List.of(2, 3));
  }

  @Test
  void theFinaliserRefusesWhatIsNotFinished() throws Exception {
    place();
    convertUntil(2);
    restart();

    assertThatThrownBy(luks::finalise).isInstanceOf(IOException.class);
  }

  @Test
  void ofTwoWholeCopiesTheHigherSequenceWinsAndTheOtherIsMended() throws Exception {
    place();
    convertUntil(1); // the primary is new, the secondary old
    restart();
    LuksArea before = LuksArea.read(disk::sector);

    assertThat(before.primary().get().sequence())
        .isGreaterThan(before.secondary().get().sequence());
    luks.repair();
    assertThat(LuksArea.read(disk::sector).settled()).isTrue();
  }

  @Test
  void aTornCopyDoesNotCount() throws Exception {
    place();
    VolumeState whole = luks.look();
    disk.write(0, Sector.BLANK);

    assertThat(LuksArea.read(disk::sector).primary()).isEmpty();
    assertThat(luks.look()).isEqualTo(whole);
  }

  @Test
  void theConversionSlotCanBeKilledInTheMiddleOfAConversion() throws Exception {
    place();
    convertUntil(FLUSHES_A_ZONE);
    restart();
    luks.killConversionSlot();
    restart();

    assertThatThrownBy(luks::repair).isInstanceOf(KeyRefused.class);
  }

  @Test
  void aTornHeaderCanPassForTheFilesystemAndForAVolume() throws Exception {
    byte[] header = initialised();
    disk.write(0, Sector.of(header, 0));
    assertThat(luks.look()).isInstanceOf(VolumeState.Plain.class);

    disk.write(1, Sector.of(header, Sector.BYTES));
    assertThat(luks.look()).isInstanceOf(VolumeState.Converting.class);
  }

  @Test
  void eachSlotIsOpenedByItsOwnKeyOnly() throws Exception {
    byte[] prepared =
        luks.formatHeader(Names.uuid(0), Job.STANDARD_SLOTS, List.of(7), Job.SMALL_SECTOR_BYTES);
    assertThat(luks.opensHeader(Slot.CONVERSION, prepared)).isTrue();
    assertThat(luks.opensHeader(Slot.TPM2, prepared)).isTrue();
    assertThat(luks.opensHeader(Slot.RECOVERY, prepared)).isFalse();

    keys.handOverRecoveryKey();
    assertThat(luks.opensHeader(Slot.RECOVERY, prepared)).isTrue();

    restart();
    byte[] other =
        luks.formatHeader(Names.uuid(1), Job.STANDARD_SLOTS, List.of(7), Job.SMALL_SECTOR_BYTES);
    assertThat(luks.opensHeader(Slot.RECOVERY, other)).isFalse();
  }

  @Test
  void encryptingTwiceDoesNotGiveThePlaintextBack() {
    Sector plain = PlainFilesystem.original(LAYOUT, 3);
    Sector once = Cipher.encrypt(0, 3, plain);

    assertThat(Cipher.decrypt(0, 3, once)).isEqualTo(plain);
    assertThat(Cipher.encrypt(0, 3, once)).isNotEqualTo(plain);
    assertThat(Cipher.decrypt(1, 3, once)).isNotEqualTo(plain);
  }
}
