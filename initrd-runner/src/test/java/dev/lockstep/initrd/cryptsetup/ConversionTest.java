package dev.lockstep.initrd.cryptsetup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Secret;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversionTest {
  private static final int MIB = VolumeFixture.MIB;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"64,512", "64,4096", "41,4096", "16,512", "5,512"})
  void everyByteIsPreservedWhateverTheSizes(int dataMebibytes, int sectorBytes) throws Exception {
    VolumeFixture fixture = new VolumeFixture(folder, dataMebibytes * MIB);
    fixture.prepareHeader(fixture.disk, sectorBytes);
    assertThat(VolumeFixture.state(fixture.header)).isInstanceOf(Luks2State.Encrypted.class);
    fixture.copyHeadToTail(fixture.disk);
    Luks2State initialised = fixture.initialise(fixture.disk, sectorBytes);
    assertThat(initialised)
        .isInstanceOfSatisfying(
            Luks2State.Converting.class,
            state -> {
              assertThat(state.windowBytes())
                  .isEqualTo(dataMebibytes * (long) MIB + 2 * VolumeFixture.SHIFT_BYTES);
              assertThat(state.dataBytes()).isEqualTo(dataMebibytes * (long) MIB);
              assertThat(state.remainingBytes()).isEqualTo(state.dataBytes());
              assertThat(state.hotzone()).isEmpty();
            });
    assertThat(VolumeFixture.state(fixture.disk)).isInstanceOf(Luks2State.NotLuks.class);
    fixture.placeHeader(fixture.disk);
    assertThat(VolumeFixture.state(fixture.disk)).isInstanceOf(Luks2State.Converting.class);

    List<Long> done = new ArrayList<>();
    Luks2State after =
        fixture.resume(
            fixture.disk,
            "password",
            (_, doneBytes) -> {
              done.add(doneBytes);
              return ConversionProgress.Next.GO_ON;
            });

    assertThat(after)
        .isInstanceOfSatisfying(
            Luks2State.Encrypted.class,
            state -> {
              assertThat(state.segment().sectorBytes()).isEqualTo(sectorBytes);
              assertThat(state.segment().sizeBytes()).isEmpty();
              assertThat(state.header().uuid()).isEqualTo(fixture.uuid.toString());
              assertThat(state.header().label()).isEqualTo("root");
              assertThat(state.header().metadata().passphraseKeyslots()).hasSize(3);
            });
    assertThat(done).isSorted().endsWith(dataMebibytes * (long) MIB);
    for (String key : List.of("conversion", "recovery", "password")) {
      fixture.assertPlaintextPreserved(fixture.disk, key);
    }
  }

  @Test
  void aStoppedConversionIsReadableAndGoesOnWithAnyKey() throws Exception {
    VolumeFixture fixture = new VolumeFixture(folder, 64 * MIB);
    fixture.prepareConversion(fixture.disk, 512);
    List<String> keys = List.of("recovery", "password", "conversion", "recovery");
    AtomicInteger stops = new AtomicInteger();
    long remaining = 64 * MIB;
    Luks2State state = VolumeFixture.state(fixture.disk);
    while (state instanceof Luks2State.Converting converting) {
      assertThat(converting.remainingBytes()).isEqualTo(remaining);
      assertThat(converting.nextOffsetBytes()).isEqualTo(remaining + VolumeFixture.SHIFT_BYTES);
      fixture.assertPlaintextPreserved(fixture.disk, "password");
      AtomicInteger reports = new AtomicInteger();
      state =
          fixture.resume(
              fixture.disk,
              keys.get(stops.getAndIncrement()),
              (_, _) ->
                  reports.incrementAndGet() == 2
                      ? ConversionProgress.Next.STOP
                      : ConversionProgress.Next.GO_ON);
      remaining -= 16 * MIB;
    }
    assertThat(stops).hasValue(4);
    assertThat(state).isInstanceOf(Luks2State.Encrypted.class);
    fixture.assertPlaintextPreserved(fixture.disk, "conversion");
  }

  @Test
  void aWindowOfALargerDiskIsConvertedAndTheRestIsLeftAlone() throws Exception {
    VolumeFixture fixture = new VolumeFixture(folder, 20 * MIB);
    long windowBytes = Files.size(fixture.disk);
    try (RandomAccessFile file = new RandomAccessFile(fixture.disk.toFile(), "rw")) {
      file.setLength(200L * MIB);
      file.seek(windowBytes);
      file.write(77);
    }
    try (LoopDevice window =
        LoopDevice.attach(fixture.disk, new LoopDevice.Window(0, windowBytes))) {
      fixture.prepareConversion(window.path(), 512);
      assertThat(VolumeFixture.state(window.path()))
          .isInstanceOfSatisfying(
              Luks2State.Converting.class,
              state -> assertThat(state.windowBytes()).isEqualTo(windowBytes));
      assertThat(fixture.resume(window.path(), "recovery", ConversionProgress.SILENT))
          .isInstanceOf(Luks2State.Encrypted.class);
    }
    fixture.assertPlaintextPreserved(fixture.disk, "recovery");
    try (RandomAccessFile file = new RandomAccessFile(fixture.disk.toFile(), "r")) {
      file.seek(windowBytes);
      assertThat(file.read()).isEqualTo(77);
    }
  }

  @Test
  void aWrongKeyNeitherResumesNorChangesAnything() throws Exception {
    VolumeFixture fixture = new VolumeFixture(folder, 16 * MIB);
    fixture.prepareConversion(fixture.disk, 512);
    Luks2State before = VolumeFixture.state(fixture.disk);
    assertThatThrownBy(() -> fixture.resume(fixture.disk, "not the key", ConversionProgress.SILENT))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageNotContaining("not the key");
    assertThat(((Luks2State.Converting) VolumeFixture.state(fixture.disk)).header().seqid())
        .isEqualTo(((Luks2State.Converting) before).header().seqid());
  }

  @Test
  void nothingIsInitialisedASecondTimeOncePlacingBegan() throws Exception {
    VolumeFixture fixture = new VolumeFixture(folder, 16 * MIB);
    fixture.prepareHeader(fixture.disk, 512);
    fixture.placeHeader(fixture.disk);
    assertThatThrownBy(() -> fixture.initialise(fixture.disk, 512))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("could lose its head");
  }

  @Test
  void whatIsDoneIsNotResumed() throws Exception {
    VolumeFixture fixture = new VolumeFixture(folder, 16 * MIB);
    fixture.prepareConversion(fixture.disk, 512);
    fixture.resume(fixture.disk, "password", ConversionProgress.SILENT);
    assertThatThrownBy(() -> fixture.resume(fixture.disk, "password", ConversionProgress.SILENT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nothing to resume");
  }

  @Test
  void aReportThatFailsStopsAtASafePointAndIsTold() throws Exception {
    VolumeFixture fixture = new VolumeFixture(folder, 48 * MIB);
    fixture.prepareConversion(fixture.disk, 512);
    assertThatThrownBy(
            () ->
                fixture.resume(
                    fixture.disk,
                    "password",
                    (_, doneBytes) -> {
                      if (doneBytes > 0) {
                        throw new IllegalArgumentException("the screen is gone");
                      }
                      return ConversionProgress.Next.GO_ON;
                    }))
        .hasMessage("the screen is gone");
    fixture.assertPlaintextPreserved(fixture.disk, "password");
    assertThat(fixture.resume(fixture.disk, "password", ConversionProgress.SILENT))
        .isInstanceOf(Luks2State.Encrypted.class);
  }

  @Test
  void recoveringWithNothingToMendChangesNothing() throws Exception {
    VolumeFixture fixture = new VolumeFixture(folder, 16 * MIB);
    fixture.prepareConversion(fixture.disk, 512);
    try (CryptDevice crypt = CryptDevice.open(fixture.disk);
        Secret key = VolumeFixture.secret("password")) {
      assertThat(crypt.load().reencryption().status()).isEqualTo(ReencryptionStatus.CLEAN);
      assertThat(crypt.reencryption().recover(key)).isInstanceOf(Luks2State.Converting.class);
    }
    fixture.assertPlaintextPreserved(fixture.disk, "password");
  }
}
