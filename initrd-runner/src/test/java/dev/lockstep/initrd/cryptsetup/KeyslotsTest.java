package dev.lockstep.initrd.cryptsetup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.lockstep.initrd.syscall.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyslotsTest {
  @TempDir private Path folder;
  private VolumeFixture fixture;

  @BeforeEach
  void makeHeader() throws Exception {
    fixture = new VolumeFixture(folder, 16 * VolumeFixture.MIB);
    fixture.prepareHeader(fixture.disk, 512);
  }

  private void beginConversion() throws Exception {
    fixture.copyHeadToTail(fixture.disk);
    fixture.initialise(fixture.disk, 512);
    fixture.placeHeader(fixture.disk);
  }

  @Test
  void aWrongKeyIsToldFromAMissingSlot() throws Exception {
    try (CryptDevice crypt = CryptDevice.open(fixture.header, fixture.disk).load();
        Secret recovery = VolumeFixture.secret("recovery");
        Secret wrong = VolumeFixture.secret("wrong")) {
      Keyslots keyslots = crypt.keyslots();
      assertThat(keyslots.test(recovery)).isEqualTo(new KeyTest.Opens(1));
      assertThat(keyslots.test(1, recovery)).isEqualTo(new KeyTest.Opens(1));
      assertThat(keyslots.test(0, recovery)).isEqualTo(new KeyTest.WrongKey());
      assertThat(keyslots.test(wrong)).isEqualTo(new KeyTest.WrongKey());
      assertThat(keyslots.test(7, recovery)).isEqualTo(new KeyTest.NoSuchSlot());
      assertThatThrownBy(() -> keyslots.volumeKey(wrong)).isInstanceOf(WrongKeyException.class);
      assertThat(keyslots.active()).containsExactly(0, 1, 2);
      assertThat(keyslots.status(0)).isEqualTo(KeyslotStatus.ACTIVE);
      assertThat(keyslots.status(3)).isEqualTo(KeyslotStatus.FREE);
    }
  }

  @Test
  void aWrongKeyIsToldFromAMissingSlotWhileConverting() throws Exception {
    beginConversion();
    try (CryptDevice crypt = CryptDevice.open(fixture.disk).load();
        Secret recovery = VolumeFixture.secret("recovery");
        Secret wrong = VolumeFixture.secret("wrong")) {
      assertThat(crypt.keyslots().test(recovery)).isEqualTo(new KeyTest.Opens(1));
      assertThat(crypt.keyslots().test(1, recovery)).isEqualTo(new KeyTest.Opens(1));
      assertThat(crypt.keyslots().test(2, recovery)).isEqualTo(new KeyTest.WrongKey());
      assertThat(crypt.keyslots().test(7, recovery)).isEqualTo(new KeyTest.NoSuchSlot());
      assertThat(crypt.keyslots().test(wrong)).isEqualTo(new KeyTest.WrongKey());
    }
  }

  @Test
  void theLastKeyslotIsNeverDestroyed() throws Exception {
    try (CryptDevice crypt = CryptDevice.open(fixture.header, fixture.disk).load();
        Secret password = VolumeFixture.secret("password")) {
      Keyslots keyslots = crypt.keyslots();
      keyslots.destroy(0);
      keyslots.destroy(1);
      assertThat(keyslots.status(2)).isEqualTo(KeyslotStatus.ACTIVE_LAST);
      assertThatThrownBy(() -> keyslots.destroy(2))
          .isInstanceOf(ProtectedKeyslotException.class)
          .hasMessage("keyslot 2 is kept: no other keyslot opens the volume");
      assertThatThrownBy(() -> keyslots.destroy(0)).isInstanceOf(ProtectedKeyslotException.class);
      assertThat(keyslots.test(password)).isEqualTo(new KeyTest.Opens(2));
    }
  }

  @Test
  void noKeyslotIsDestroyedWhileConverting() throws Exception {
    beginConversion();
    try (CryptDevice crypt = CryptDevice.open(fixture.disk).load();
        Secret key = VolumeFixture.secret("conversion")) {
      for (int slot : List.of(0, 1, 2, 3)) {
        assertThatThrownBy(() -> crypt.keyslots().destroy(slot))
            .isInstanceOf(ProtectedKeyslotException.class);
      }
      assertThat(crypt.keyslots().test(key)).isEqualTo(new KeyTest.Opens(0));
    }
  }

  @Test
  void aVolumeKeyThatIsGivenIsTheOneThatIsGotBack() throws Exception {
    Path header = folder.resolve("given.img");
    Luks2Format format =
        new Luks2Format(fixture.uuid, "", Luks2Format.DEFAULT_DATA_OFFSET_SECTORS, 4096);
    HeaderFile.create(header, format);
    try (Secret volumeKey = Secret.random(64);
        Secret other = Secret.random(64);
        Secret first = Secret.random(32);
        Secret second = Secret.random(32);
        CryptDevice crypt = CryptDevice.open(header, fixture.disk)) {
      Keyslots keyslots = crypt.format(format, VolumeFixture.CHEAP, volumeKey).keyslots();
      keyslots.add(5, first, new Pbkdf.FixedArgon2id(4, 32, 1));
      keyslots.addByVolumeKey(Keyslots.ANY, volumeKey, second, VolumeFixture.CHEAP);
      for (Secret passphrase : List.of(first, second)) {
        try (Secret found = keyslots.volumeKey(passphrase)) {
          assertThat(found.sameAs(volumeKey)).isTrue();
        }
      }
      assertThatThrownBy(
              () -> keyslots.addByVolumeKey(Keyslots.ANY, other, second, VolumeFixture.CHEAP))
          .isInstanceOf(WrongKeyException.class);
    }
    Luks2State.Encrypted made = (Luks2State.Encrypted) VolumeFixture.state(header);
    assertThat(made.header().metadata().passphraseKeyslots())
        .extracting(Keyslot.Passphrase::id, Keyslot.Passphrase::kdf)
        .containsExactly(tuple(0, "pbkdf2"), tuple(5, "argon2id"));
  }

  @Test
  void aFailureCarriesWhatTheLibrarySaid() throws Exception {
    Luks2Format wrong =
        new Luks2Format(fixture.uuid, "", Luks2Format.DEFAULT_DATA_OFFSET_SECTORS, 12345);
    try (CryptDevice crypt = CryptDevice.open(fixture.header, fixture.disk)) {
      assertThatThrownBy(() -> crypt.format(wrong, VolumeFixture.CHEAP))
          .isInstanceOfSatisfying(
              CryptException.class,
              e ->
                  assertThat(e.libraryLog())
                      .containsExactly("Unsupported encryption sector size."));
    }
  }

  @Test
  void theLibrarySaysItsVersion() {
    Optional<LibraryVersion> version = LibraryVersion.loaded();
    assertThat(version).isPresent();
    assertThat(version.get()).isGreaterThanOrEqualTo(new LibraryVersion(2, 4, 3));
  }
}
