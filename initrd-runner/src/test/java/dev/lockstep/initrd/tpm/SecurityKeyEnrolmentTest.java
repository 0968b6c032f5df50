package dev.lockstep.initrd.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.SameKeyslot;
import dev.lockstep.initrd.cryptsetup.TokenTest;
import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A smart card's keyslot, with the card that SoftHSM plays. FIDO2 has no such stand-in: of it only
 * the refusal without a key is tried here.
 */
final class SecurityKeyEnrolmentTest {

  private static final byte[] PASSPHRASE = "slot zero".getBytes(StandardCharsets.US_ASCII);
  private static final String PIN = "4321-of-this-test";
  private static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");

  @TempDir Path folder;
  private final String label = "lockstep-test-" + ProcessHandle.current().pid();
  private Path header;

  @BeforeEach
  void prepare() throws IOException {
    for (String tool : List.of("systemd-cryptenroll", "cryptsetup", "openssl")) {
      TpmFixture.requireTool(tool);
    }
    header = LuksHeaderFile.in(folder, PASSPHRASE);
  }

  @AfterEach
  void takeTheCardAway() throws IOException {
    if (Files.exists(MODULE)) {
      int _ = exitCode("softhsm2-util", "--delete-token", "--token", label);
    }
  }

  private void makeCard() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "SoftHSM's tokens are root's");
    assumeTrue(Files.exists(MODULE), "softhsm2 is needed");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/pkcs11-tool")), "opensc is needed");
    String key = folder.resolve("card.key").toString();
    String certificate = folder.resolve("card.der").toString();
    run("softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", PIN, "--pin", PIN);
    run(
        "openssl req -x509 -nodes -newkey rsa:2048 -subj /CN=card -outform DER -keyout %s -out %s"
            .formatted(key, certificate)
            .split(" ", -1));
    for (String[] part : new String[][] {{"privkey", key}, {"cert", certificate}}) {
      run(
          "pkcs11-tool --module %s --token-label %s --login --pin %s --write-object %s --type %s --id 02 --label disk"
              .formatted(MODULE, label, PIN, part[1], part[0])
              .split(" ", -1));
    }
  }

  private static void run(String... command) throws IOException {
    assertThat(exitCode(command)).as(String.join(" ", command)).isZero();
  }

  private static int exitCode(String... command) throws IOException {
    return new ProcessBuilder(new ArrayList<>(List.of(command)))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .onExit()
        .join()
        .exitValue();
  }

  private static SecretSource pin(String text) {
    return TpmFixture.secret(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void aSmartCardOpensItsKeyslotWithItsPin() throws IOException {
    makeCard();
    byte[] before = Files.readAllBytes(header);
    var enrolled =
        SecurityKeyEnrolment.pkcs11(
            header,
            "pkcs11:token=" + label + ";object=disk",
            TpmFixture.secret(PASSPHRASE),
            Option.some(pin(PIN)));
    assertThat(enrolled).isEqualTo(Either.right(new TokenEnrolment(0, 1)));
    try (CryptDevice device = CryptDevice.open(header).load();
        Secret right = Secret.taking(PIN.getBytes(StandardCharsets.US_ASCII));
        Secret wrong = Secret.taking("1234".getBytes(StandardCharsets.US_ASCII))) {
      assertThat(device.tokens().testAny("systemd-pkcs11", Optional.of(right)))
          .isEqualTo(new TokenTest.Opens(1));
      assertThat(device.tokens().testAny("systemd-pkcs11", Optional.of(wrong)))
          .isNotInstanceOf(TokenTest.Opens.class);
      assertThat(device.tokens().testAny("systemd-fido2", Optional.empty()))
          .isNotInstanceOf(TokenTest.Opens.class);
    }
    byte[] after = Files.readAllBytes(header);
    assertThat(new String(after, StandardCharsets.ISO_8859_1).contains(PIN)).isFalse();
    assertThat(same(after, after)).isTrue();
    assertThat(same(after, before)).isFalse();
    byte[] damaged = after.clone();
    damaged[0x8000 + 258048 + 20] ^= 1; // in the second keyslot's area, behind both headers
    assertThat(same(after, damaged)).isFalse();
  }

  private static boolean same(byte[] one, byte[] other) throws IOException {
    return SameKeyslot.behindToken(
        RandomReader.of(one), RandomReader.of(other), TokenType.PKCS11.text());
  }

  @Test
  void aSecurityKeyThatIsNotThereLeavesTheHeaderAsItWas() throws IOException {
    byte[] before = Files.readAllBytes(header);
    var refused = SecurityKeyEnrolment.fido2(header, "auto", TpmFixture.secret(PASSPHRASE));
    assertThat(refused.isLeft()).isTrue();
    assertThat(refused.getLeft().message()).contains("systemd-cryptenroll");
    assertThat(Files.readAllBytes(header)).isEqualTo(before);
  }
}
