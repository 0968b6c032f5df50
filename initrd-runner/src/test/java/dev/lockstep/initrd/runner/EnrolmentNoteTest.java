package dev.lockstep.initrd.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.HeaderFile;
import dev.lockstep.initrd.cryptsetup.HeaderReading;
import dev.lockstep.initrd.cryptsetup.Luks2Format;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.cryptsetup.Luks2HeaderReader;
import dev.lockstep.initrd.cryptsetup.Pbkdf;
import dev.lockstep.initrd.cryptsetup.Tokens;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.Secret;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolmentNoteTest {

  private static final Pbkdf OF_A_PERSON = new Pbkdf.FixedArgon2id(4, 32, 1);

  @TempDir private Path folder;
  private Path file;
  private CryptDevice device;

  /** Slot 0 with a token that names it, slot 1 without. */
  @BeforeEach
  void format() throws IOException {
    file = folder.resolve("header.img");
    Path data = folder.resolve("disk.img");
    try (RandomAccessFile disk = new RandomAccessFile(data.toFile(), "rw")) {
      disk.setLength(64L << 20);
    }
    Luks2Format format =
        new Luks2Format(UUID.randomUUID(), "root", Luks2Format.DEFAULT_DATA_OFFSET_SECTORS, 512);
    HeaderFile.create(file, format);
    device = CryptDevice.open(file, data);
    device.format(format, Pbkdf.forRandomKeys());
    add(0, Pbkdf.forRandomKeys());
    name(0);
    add(1, Pbkdf.forRandomKeys());
  }

  @AfterEach
  void close() throws IOException {
    device.close();
  }

  private void add(int slot, Pbkdf pbkdf) throws IOException {
    try (Secret key = keyOf(slot)) {
      int _ = device.keyslots().add(slot, key, pbkdf);
    }
  }

  private static Secret keyOf(int slot) throws IOException {
    return Secret.taking(("key " + slot).getBytes(StandardCharsets.UTF_8));
  }

  private void name(int slot) throws IOException {
    int _ =
        device.tokens().set(Tokens.ANY, "{\"type\":\"of-a-tool\",\"keyslots\":[\"" + slot + "\"]}");
  }

  private Luks2Header header() throws IOException {
    try (BlockDeviceFile open = BlockDeviceFile.open(file, Access.READ_ONLY)) {
      return ((HeaderReading.Valid) Luks2HeaderReader.read(open)).header();
    }
  }

  private void note() throws IOException {
    EnrolmentNote.write(device, header());
    assertThat(EnrolmentNote.isIn(header())).isTrue();
  }

  private void settle() throws IOException {
    settle(Option.none());
  }

  private void settle(Option<Secret> atHand) throws IOException {
    EnrolmentNote.settle(device, header(), atHand);
    assertThat(EnrolmentNote.isIn(header())).isFalse();
  }

  @Test
  void whatACutLeftBetweenSlotAndTokenGoes() throws IOException {
    note();
    add(2, Pbkdf.forRandomKeys());
    settle();
    assertThat(device.keyslots().active()).containsExactly(0, 1);
  }

  @Test
  void whatACutLeftOfTheRemovalIsRemovedByTheNext() throws IOException {
    note();
    add(2, Pbkdf.forRandomKeys());
    device.keyslots().destroy(2); // and the power went before the note did
    assertThat(EnrolmentNote.isIn(header())).isTrue();
    settle();
    assertThat(device.keyslots().active()).containsExactly(0, 1);
  }

  @Test
  void aSlotThatHasGotItsTokenStays() throws IOException {
    note();
    add(2, Pbkdf.forRandomKeys());
    name(2);
    settle();
    assertThat(device.keyslots().active()).containsExactly(0, 1, 2);
  }

  /** The recovery key of a take-over is handed over before its slot is there. */
  @Test
  void theSlotThatTheKeyAtHandOpensStaysAndNoOther() throws IOException {
    note();
    add(2, Pbkdf.forRandomKeys());
    add(3, Pbkdf.forRandomKeys());
    try (Secret atHand = keyOf(3)) {
      settle(Option.some(atHand));
    }
    assertThat(device.keyslots().active()).containsExactly(0, 1, 3);
  }

  @Test
  void aPassphraseThatSomebodyAddedMeanwhileStays() throws IOException {
    note();
    add(2, OF_A_PERSON);
    settle();
    assertThat(device.keyslots().active()).containsExactly(0, 1, 2);
  }

  @Test
  void aNoteThatDoesNotTellWhatWasThereBeforeRemovesNothing() throws IOException {
    int _ = device.tokens().set(Tokens.ANY, "{\"type\":\"lockstep-enrolling\",\"keyslots\":[]}");
    settle();
    assertThat(device.keyslots().active()).containsExactly(0, 1);
  }

  @Test
  void withoutANoteNothingIsRemoved() throws IOException {
    add(2, Pbkdf.forRandomKeys());
    settle();
    assertThat(device.keyslots().active()).containsExactly(0, 1, 2);
  }
}
