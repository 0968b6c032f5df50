package dev.lockstep.initrd.cryptsetup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kill of the real tool leaves, is told from the metadata, and mended. */
class CutConversionTest {
  private static final int MIB = VolumeFixture.MIB;
  private static final String KEY = CutTool.KEY;

  /** A conversion of 64 MiB makes some 30 fsyncs; beyond this many something else is wrong. */
  private static final int MOST_FSYNCS = 60;

  /** What a cut left, by what has to be done about it. */
  private enum Left {
    PLAIN,
    CONVERTING,
    CUT_IN_A_STEP,
    CONVERTED_NOT_FINALISED,
    ENCRYPTED
  }

  @TempDir private Path folder;
  private VolumeFixture fixture;
  private CutTool tool;

  @BeforeEach
  void makeDisk() throws IOException {
    fixture = new VolumeFixture(folder, 64 * MIB);
    tool = new CutTool(folder, fixture);
  }

  @Test
  void everyCutOfTheRealToolIsToldRightAndMendedAndWhatARecoveryWritesIsKnownBefore()
      throws Exception {
    Map<Left, List<Integer>> left = new TreeMap<>();
    for (int cut = 1; tool.killedAtFsync(cut); cut++) {
      assertThat(cut).isLessThan(MOST_FSYNCS);
      Left kind = kind(VolumeFixture.state(fixture.disk));
      left.computeIfAbsent(kind, _ -> new ArrayList<>()).add(cut);
      if (kind == Left.PLAIN) {
        assertHeadIsPlain();
      } else {
        assertThat(mend(VolumeFixture.state(fixture.disk))).isEqualTo(Left.ENCRYPTED);
        fixture.assertPlaintextPreserved(fixture.disk, KEY);
        assertIsAnOrdinaryVolume();
      }
    }
    // each of them must have been met, or this test proves less than it says
    assertThat(left).containsOnlyKeys(Left.values());
    assertThat(left.get(Left.CONVERTED_NOT_FINALISED)).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void theLibraryCanNotEndWhatIsConvertedNotFinalised() throws Exception {
    Luks2State.ConvertedNotFinalised stuck = tool.makeStuck();
    assertThat(stuck.windowBytes()).isEqualTo(Files.size(fixture.disk));
    try (CryptDevice crypt = CryptDevice.open(fixture.disk).load();
        Secret key = VolumeFixture.secret(KEY);
        Secret another = VolumeFixture.secret("another")) {
      assertThat(crypt.reencryption().recover(key))
          .isInstanceOf(Luks2State.ConvertedNotFinalised.class);
      assertThatThrownBy(
              () ->
                  crypt.keyslots().addByPassphrase(Keyslots.ANY, key, another, VolumeFixture.CHEAP))
          .isInstanceOf(CryptException.class);
      assertThatThrownBy(() -> crypt.reencryption().resume(key, ConversionProgress.SILENT))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> crypt.keyslots().destroy(0))
          .isInstanceOf(ProtectedKeyslotException.class);
    }
  }

  @Test
  void aConversionUnderWayIsNeverFinalised() throws Exception {
    fixture.prepareConversion(fixture.disk, 512);
    try (BlockDeviceFile device =
        BlockDeviceFile.open(fixture.disk, BlockDeviceFile.Access.READ_WRITE)) {
      assertThatThrownBy(() -> Finaliser.finalise(device))
          .isInstanceOf(IllegalStateException.class);
    }
    fixture.assertPlaintextPreserved(fixture.disk, "recovery");
  }

  /** The ladder: look, do what that state asks for, look again. */
  private Left mend(Luks2State state) throws IOException {
    Luks2State now = state;
    for (int step = 0; step < 4; step++) {
      switch (kind(now)) {
        case CUT_IN_A_STEP -> now = recover((Luks2State.Converting) now);
        case CONVERTING -> now = fixture.resume(fixture.disk, KEY, ConversionProgress.SILENT);
        case CONVERTED_NOT_FINALISED -> now = finalise();
        case PLAIN, ENCRYPTED -> {
          return kind(now);
        }
      }
    }
    throw new AssertionError("not mended: " + now);
  }

  /** What the library writes there is known before it does, whatever the cut has left there. */
  private Luks2State recover(Luks2State.Converting cut) throws IOException {
    ByteRange place = HotZone.place(cut);
    byte[] noise = new byte[(int) place.lengthBytes()];
    Arrays.fill(noise, (byte) 0xa5);
    byte[] staged;
    try (BlockDeviceFile device =
            BlockDeviceFile.open(fixture.disk, BlockDeviceFile.Access.READ_WRITE);
        Secret key = VolumeFixture.secret(KEY)) {
      device.writeFully(place.offsetBytes(), ByteBuffer.wrap(noise));
      byte[] before = Files.readAllBytes(fixture.disk);
      staged = HotZone.data(device, cut, folder.resolve("rehearsal"), key);
      assertThat(Arrays.mismatch(Files.readAllBytes(fixture.disk), before)).isEqualTo(-1);
    }
    assertThat(folder.resolve("rehearsal")).doesNotExist();

    Luks2State after = recover();

    byte[] written = new byte[staged.length];
    try (BlockDeviceFile device =
        BlockDeviceFile.open(fixture.disk, BlockDeviceFile.Access.READ_ONLY)) {
      device.readFully(place.offsetBytes(), ByteBuffer.wrap(written));
    }
    assertThat(Arrays.mismatch(written, staged)).isEqualTo(-1);
    return after;
  }

  private Luks2State recover() throws IOException {
    try (CryptDevice crypt = CryptDevice.open(fixture.disk).load();
        Secret key = VolumeFixture.secret(KEY)) {
      assertThat(crypt.reencryption().status()).isEqualTo(ReencryptionStatus.CRASH);
      return crypt.reencryption().recover(key);
    }
  }

  private Luks2State finalise() throws IOException {
    try (BlockDeviceFile device =
        BlockDeviceFile.open(fixture.disk, BlockDeviceFile.Access.EXCLUSIVE)) {
      Luks2State.ConvertedNotFinalised before =
          (Luks2State.ConvertedNotFinalised) Luks2State.read(device);
      Luks2Header after = Finaliser.finalise(device);
      assertThat(after.seqid()).isEqualTo(before.header().seqid() + 1);
      assertThat(after.uuid()).isEqualTo(before.header().uuid());
    }
    return VolumeFixture.state(fixture.disk);
  }

  /** As the library and the tool see it: no requirement, and a key can be added and removed. */
  private void assertIsAnOrdinaryVolume() throws Exception {
    try (CryptDevice crypt = CryptDevice.open(fixture.disk).load();
        Secret key = VolumeFixture.secret(KEY);
        Secret another = VolumeFixture.secret("another")) {
      assertThat(crypt.reencryption().status()).isEqualTo(ReencryptionStatus.NONE);
      int slot = crypt.keyslots().addByPassphrase(Keyslots.ANY, key, another, VolumeFixture.CHEAP);
      assertThat(crypt.keyslots().test(another)).isEqualTo(new KeyTest.Opens(slot));
      crypt.keyslots().destroy(slot);
    }
    assertThat(tool.dump()).contains("Data segments:").doesNotContain("Requirements");
  }

  private void assertHeadIsPlain() throws IOException {
    byte[] head = new byte[MIB];
    try (BlockDeviceFile device =
        BlockDeviceFile.open(fixture.disk, BlockDeviceFile.Access.READ_ONLY)) {
      device.readFully(0, ByteBuffer.wrap(head));
    }
    assertThat(ByteBuffer.wrap(head).mismatch(ByteBuffer.wrap(fixture.plain, 0, MIB)))
        .isEqualTo(-1);
  }

  private static Left kind(Luks2State state) {
    return switch (state) {
      case Luks2State.NotLuks() -> Left.PLAIN;
      case Luks2State.Converting converting ->
          converting.hotzone().isPresent() ? Left.CUT_IN_A_STEP : Left.CONVERTING;
      case Luks2State.ConvertedNotFinalised _ -> Left.CONVERTED_NOT_FINALISED;
      case Luks2State.Encrypted _ -> Left.ENCRYPTED;
      case Luks2State.Damaged(String reason) -> throw new AssertionError(reason);
      case Luks2State.ForeignConversion(String reason) -> throw new AssertionError(reason);
    };
  }
}
