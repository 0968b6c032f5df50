package dev.lockstep.initrd.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.TokenTest;
import dev.lockstep.initrd.cryptsetup.Tpm2TokenParameters;
import dev.lockstep.initrd.tpm.TpmBinding.SignedPolicy;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A TPM keyslot that follows what the holder of a key signs, with the real systemd and swtpm. */
final class TpmBindingTest {

  private static final byte[] PASSPHRASE = "slot zero".getBytes(StandardCharsets.US_ASCII);
  private static final Firmware THIS_IMAGE = Firmware.DEFAULT.measuring(11, "kernel image 1");
  private static final Firmware NEXT_IMAGE = Firmware.DEFAULT.measuring(11, "kernel image 2");

  private TpmFixture fixture;

  @BeforeEach
  void prepare() throws IOException {
    fixture = new TpmFixture();
    TpmFixture.requireTool("systemd-cryptenroll");
    TpmFixture.requireTool("cryptsetup");
  }

  @AfterEach
  void cleanUp() throws IOException {
    fixture.close();
  }

  @Test
  void theKeyslotOpensUnderWhateverImageIsSignedAndNoOther() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair office = generator.generateKeyPair();
    Path publicKey = fixture.folder.resolve("public.pem");
    Files.writeString(
        publicKey,
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(office.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
    Path header = LuksHeaderFile.in(fixture.folder, PASSPHRASE);
    TpmBinding binding =
        new TpmBinding(
            TpmFixture.PCR_7, Option.some(new SignedPolicy(publicKey, PcrSelection.of(11))), false);
    Path first;
    try (SoftwareTpm tpm = fixture.boot("a", THIS_IMAGE)) {
      first = signed(tpm, office, "first.json");
      var enrolled =
          TokenEnrolment.enrol(tpm, header, binding, TpmFixture.secret(PASSPHRASE), Option.none());
      assertThat(enrolled).isEqualTo(Either.right(new TokenEnrolment(0, 1)));
      assertThat(open(header, tpm, first)).isEqualTo(new TokenTest.Opens(1));
    }
    try (SoftwareTpm tpm = fixture.boot("a", NEXT_IMAGE)) {
      assertThat(open(header, tpm, first)).isNotInstanceOf(TokenTest.Opens.class);
      Path second = signed(tpm, office, "second.json");
      assertThat(open(header, tpm, second)).isEqualTo(new TokenTest.Opens(1));
      Path stranger = signed(tpm, generator.generateKeyPair(), "stranger.json");
      assertThat(open(header, tpm, stranger)).isNotInstanceOf(TokenTest.Opens.class);
    }
    try (SoftwareTpm tpm = fixture.boot("a", NEXT_IMAGE.measuring(7, "other Secure Boot keys"))) {
      Path second = signed(tpm, office, "again.json"); // PCR 7 must hold besides
      assertThat(open(header, tpm, second)).isNotInstanceOf(TokenTest.Opens.class);
    }
  }

  private static TokenTest open(Path header, Tpm tpm, Path signature) throws IOException {
    try (CryptDevice device = CryptDevice.open(header).load()) {
      return tpm.lend(
          name ->
              device
                  .tokens()
                  .testTpm2(
                      0,
                      Optional.empty(),
                      new Tpm2TokenParameters(Optional.of(name), Optional.of(signature))));
    }
  }

  /** As systemd-measure sign writes it: the digest of PolicyPCR(PCR 11 now), and its signature. */
  private Path signed(SoftwareTpm tpm, KeyPair key, String file)
      throws IOException, GeneralSecurityException {
    byte[] value = new TpmCommands(tpm::transmit).readPcr(11);
    byte[] policyPcr =
        ByteBuffer.allocate(32 + 4 + 10 + 32)
            .position(32) // the policy so far: nothing
            .putInt(0x17F) // TPM_CC_PolicyPCR
            .putInt(1)
            .putShort((short) 0x000B)
            .put(new byte[] {3, 0, 1 << 3, 0}) // PCR 11 of the SHA-256 bank
            .put(sha256(value))
            .array();
    byte[] policy = sha256(policyPcr);
    Signature signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(key.getPrivate());
    signer.update(policy);
    return Files.writeString(
        fixture.folder.resolve(file),
        "{\"sha256\":[{\"pcrs\":[11],\"pkfp\":\"%s\",\"pol\":\"%s\",\"sig\":\"%s\"}]}"
            .formatted(
                HexFormat.of().formatHex(sha256(keyAlone(key.getPublic()))),
                HexFormat.of().formatHex(policy),
                Base64.getEncoder().encodeToString(signer.sign())));
  }

  /** The PKCS#1 key: a 2048 bit one begins at byte 24 of what says that it is RSA. */
  private static byte[] keyAlone(PublicKey key) {
    byte[] encoded = key.getEncoded();
    return Arrays.copyOfRange(encoded, 24, encoded.length);
  }

  private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  @Test
  void whatThisSystemdHasNotIsRefusedWithItsVersion() throws IOException {
    TpmBinding locked = new TpmBinding(TpmFixture.PCR_7, Option.none(), true);
    List<Path> none = List.of(fixture.folder.resolve("absent"));
    List<Path> there = List.of(Files.createFile(fixture.folder.resolve("pcrlock.json")));
    assertThat(locked.objection(Either.right(252), none, there).get())
        .isEqualTo(
            "tpm2.pcrlock needs systemd 255 or later, and this is 252; take it out of the policy.");
    assertThat(locked.objection(Either.right(257), none, none).get())
        .contains("systemd-pcrlock make-policy");
    assertThat(locked.objection(Either.right(257), none, there)).isEmpty();
    assertThat(SystemdVersion.parse("systemd 252 (252.39-1~deb12u1)\n+PAM").get()).isEqualTo(252);
    assertThat(SystemdVersion.parse("systemd v2\n").isLeft()).isTrue();
    assertThat(SystemdVersion.found().get()).isGreaterThanOrEqualTo(248);
  }

  @Test
  void aSignedPolicyWithoutKeyOrSignatureIsRefusedBeforeTheFirstWrite() throws IOException {
    Path key = fixture.folder.resolve("key.pem");
    List<Path> none = List.of(fixture.folder.resolve("absent"));
    TpmBinding signed =
        new TpmBinding(
            TpmFixture.PCR_7, Option.some(new SignedPolicy(key, PcrSelection.of(11))), false);
    assertThat(signed.objection(Either.right(252), none, none).get()).contains("can't be read");
    Files.createFile(key);
    assertThat(signed.objection(Either.right(252), none, none).get())
        .contains("No signature of PCR values is there");
    assertThat(signed.objection(Either.right(252), List.of(key), none)).isEmpty();
  }

  @Test
  void aPolicyThatLiesAboutAndNobodyAskedForIsNeverEnrolled() {
    TpmBinding plain = TpmBinding.to(PcrSelection.of(7, 14));
    assertThat(plain.arguments(252)).containsExactly("--tpm2-pcrs=7+14", "--tpm2-public-key-pcrs=");
    assertThat(plain.arguments(255))
        .containsExactly("--tpm2-pcrs=7+14", "--tpm2-public-key-pcrs=", "--tpm2-pcrlock=");
  }
}
