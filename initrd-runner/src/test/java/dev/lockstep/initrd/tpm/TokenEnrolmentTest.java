package dev.lockstep.initrd.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.TokenTest;
import dev.lockstep.initrd.syscall.Secret;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real systemd-cryptenroll on a real LUKS2 header file, opened by real libcryptsetup. */
final class TokenEnrolmentTest {
  private static final int EPERM = -1;
  private static final byte[] PASSPHRASE = "slot zero".getBytes(StandardCharsets.US_ASCII);

  private TpmFixture fixture;
  private Path header;

  @BeforeEach
  void prepare() throws IOException {
    fixture = new TpmFixture();
    for (String tool : new String[] {"systemd-cryptenroll", "cryptsetup"}) {
      TpmFixture.requireTool(tool);
    }
    header = LuksHeaderFile.in(fixture.folder, PASSPHRASE);
  }

  @AfterEach
  void cleanUp() throws IOException {
    fixture.close();
  }

  @Test
  void tokenOpensTheHeaderInTheNextBootAndAfterAPowerCut() throws IOException {
    SoftwareTpm cut = fixture.boot("a");
    TokenEnrolment enrolled = enrol(cut);
    assertThat(enrolled).isEqualTo(new TokenEnrolment(0, 1));
    assertThat(open(cut)).isEqualTo(enrolled.keyslot());
    cut.cutPower();
    for (int boot = 0; boot < 5; boot++) {
      try (SoftwareTpm tpm = fixture.boot("a")) {
        assertThat(open(tpm)).isEqualTo(enrolled.keyslot());
      }
    }
  }

  @Test
  void tokenIsRefusedUnderOtherFirmwareAndOnAnotherTpm() throws IOException {
    try (SoftwareTpm tpm = fixture.boot("a")) {
      enrol(tpm);
    }
    try (SoftwareTpm tpm = fixture.boot("a", TpmFixture.OTHER_FIRMWARE)) {
      assertThat(open(tpm)).isNegative();
    }
    try (SoftwareTpm tpm = fixture.boot("b")) {
      assertThat(open(tpm)).isNegative();
    }
    try (SoftwareTpm tpm = fixture.boot("a")) {
      assertThat(open(tpm)).isEqualTo(1);
    }
  }

  @Test
  void aTokenWithAPinOpensWithThatPinOnlyAndThePinIsNowhereElse() throws IOException {
    byte[] pin = "a PIN of twelve".getBytes(StandardCharsets.US_ASCII);
    try (SoftwareTpm tpm = fixture.boot("a")) {
      var enrolled =
          TokenEnrolment.enrol(
              tpm,
              header,
              TpmFixture.PCR_7,
              TpmFixture.secret(PASSPHRASE),
              Option.some(TpmFixture.secret(pin)));
      assertThat(enrolled.get()).isEqualTo(new TokenEnrolment(0, 1));
      try (CryptDevice device = CryptDevice.open(header).load();
          Secret right = Secret.taking(pin.clone());
          Secret wrong = Secret.taking(new byte[] {'1', '2', '3'})) {
        assertThat(open(device, tpm, Optional.of(right))).isEqualTo(new TokenTest.Opens(1));
        assertThat(open(device, tpm, Optional.empty())).isInstanceOf(TokenTest.PinNeeded.class);
        long before = Lockout.read(tpm).get().failedTries();
        assertThat(open(device, tpm, Optional.of(wrong))).isNotInstanceOf(TokenTest.Opens.class);
        assertThat(Lockout.read(tpm).get().failedTries()).isEqualTo(before + 1);
      }
    }
    String raw = Files.readString(header, StandardCharsets.ISO_8859_1);
    assertThat(raw.contains("a PIN of twelve")).isFalse();
    try (Stream<Path> run = Files.list(Path.of("/run"))) {
      assertThat(run.filter(path -> path.toString().contains("lockstep-credential-"))).isEmpty();
    }
  }

  private static TokenTest open(CryptDevice device, Tpm tpm, Optional<Secret> pin)
      throws IOException {
    return tpm.lend(
        name ->
            device
                .tokens()
                .testTpm2(0, pin, dev.lockstep.initrd.cryptsetup.Tpm2TokenParameters.device(name)));
  }

  @Test
  void reportsTheNewTokenAmongOthers() {
    try (SoftwareTpm tpm = fixture.boot("a")) {
      assertThat(enrol(tpm)).isEqualTo(new TokenEnrolment(0, 1));
      var second =
          TokenEnrolment.enrol(tpm, header, PcrSelection.of(7, 0), TpmFixture.secret(PASSPHRASE));
      assertThat(second.get()).isEqualTo(new TokenEnrolment(1, 2));
    }
  }

  @Test
  void doesNotMistakeAnotherTpmsTokenForOurs() {
    try (SoftwareTpm first = fixture.boot("a");
        SoftwareTpm second = fixture.boot("b")) {
      enrol(first);
      var refused =
          TokenEnrolment.enrol(second, header, TpmFixture.PCR_7, TpmFixture.secret(PASSPHRASE));
      assertThat(refused.getLeft().message()).contains("added nothing");
    }
  }

  @Test
  void aWrongExistingKeyLeavesTheHeaderAsItWas() throws IOException {
    byte[] before = Files.readAllBytes(header);
    try (SoftwareTpm tpm = fixture.boot("a")) {
      var refused =
          TokenEnrolment.enrol(
              tpm, header, TpmFixture.PCR_7, TpmFixture.secret(new byte[] {1, 2, 3}));
      assertThat(refused.getLeft()).isInstanceOf(TpmFailure.Failed.class);
    }
    assertThat(Files.readAllBytes(header)).isEqualTo(before);
  }

  @Test
  void refusesADamagedHeaderInOneSentence() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(header.toFile(), "rw")) {
      file.seek(5000);
      file.write('#');
    }
    try (SoftwareTpm tpm = fixture.boot("a")) {
      var refused =
          TokenEnrolment.enrol(tpm, header, TpmFixture.PCR_7, TpmFixture.secret(PASSPHRASE));
      assertThat(refused.getLeft().message()).contains("a checksum that does not match");
    }
  }

  @Test
  void recoveryKeyIsOneThatSystemdMightHaveMade() throws IOException {
    String made = systemdMakesARecoveryKey();
    try (RecoveryKey typed = RecoveryKey.parse(typed(made)).get();
        RecoveryKey ours = RecoveryKey.of(MemorySegment.ofArray(new byte[32]))) {
      assertThat(text(typed)).isEqualTo(made);
      // What was typed opens systemd's slot, and what we make opens a slot of ours.
      int slot = LuksTokenActivation.addPassphrase(header, typed.bytes(), ours.bytes());
      assertThat(slot).isEqualTo(2);
      assertThat(LuksTokenActivation.addPassphrase(header, ours.bytes(), typed.bytes()))
          .isEqualTo(3);
      assertThat(LuksTokenActivation.addToken(header, RecoveryKey.tokenJson(slot))).isEqualTo(1);
    }
    Command.Result listed = Command.of("systemd-cryptenroll", header.toString()).run().get();
    assertThat(listed.stdout()).containsPattern("2 +recovery");
    try (RecoveryKey other =
        RecoveryKey.of(
            MemorySegment.ofArray(
                new byte[] {
                  9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,
                  9, 9, 9, 9, 9
                }))) {
      assertThat(LuksTokenActivation.addPassphrase(header, other.bytes(), other.bytes()))
          .isEqualTo(EPERM);
    }
  }

  private String systemdMakesARecoveryKey() throws IOException {
    try (MemoryFile key = MemoryFile.holding(TpmFixture.secret(PASSPHRASE))) {
      Command.Result made =
          Command.of(
                  "systemd-cryptenroll",
                  "--recovery-key",
                  "--unlock-key-file=/dev/stdin",
                  header.toString())
              .withStdin(key.path())
              .run()
              .get();
      assertThat(made.exitCode()).as(made.stderr()).isZero();
      return made.stdout().strip();
    }
  }

  /** As a person might type it: upper case, no dashes. */
  private static char[] typed(String key) {
    return key.replace("-", "").toUpperCase(java.util.Locale.ROOT).toCharArray();
  }

  private static String text(RecoveryKey key) {
    return new String(
        key.bytes().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
  }

  private TokenEnrolment enrol(Tpm tpm) {
    return TokenEnrolment.enrol(tpm, header, TpmFixture.PCR_7, TpmFixture.secret(PASSPHRASE))
        .getOrElseThrow(failure -> new AssertionError(failure.message()));
  }

  private int open(Tpm tpm) throws IOException {
    return tpm.lend(device -> LuksTokenActivation.byToken(header, device));
  }
}
