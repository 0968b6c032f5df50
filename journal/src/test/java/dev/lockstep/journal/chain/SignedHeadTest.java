package dev.lockstep.journal.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.journal.SigningFixture;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.Sha256;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SignedHeadTest {
  private static final Sha256 HASH = Sha256.of(new byte[] {1}, 0, 1);
  private static final HeadSigner KEY = SigningFixture.key(1);

  private static SignedHead signed(long sequence) {
    return SignedHead.by(KEY, HASH, new RunningRoot(sequence, HASH));
  }

  private static JournalRecord record(String json) {
    return new JournalRecord(
        0, 9, new UUID(0, 0), 0, SignedHead.TYPE, 1, Payload.of(json), Sha256.NONE);
  }

  /** RFC 8032, section 7.1, tests 1 to 3. */
  @Test
  void keysAndSignaturesAreThoseOfTheStandard() {
    vector(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    vector(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    vector(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  }

  private static void vector(String seed, String publicKey, String message, String signature) {
    HexFormat hex = HexFormat.of();
    HeadSigner signer = new Ed25519Signer(() -> hex.parseHex(seed));
    assertThat(signer.publicKey().hex()).isEqualTo(publicKey);
    assertThat(hex.formatHex(signer.sign(hex.parseHex(message)))).isEqualTo(signature);
    assertThat(signer.toString()).doesNotContain(seed);
  }

  @Test
  void theSeedThatIsLentIsWiped() {
    byte[] lent = new byte[Ed25519Signer.SEED_BYTES];
    HeadSigner signer =
        new Ed25519Signer(
            () -> {
              java.util.Arrays.fill(lent, (byte) 5);
              return lent;
            });
    assertThat(lent).containsOnly(0);
    assertThat(signer.sign(new byte[3])).hasSize(64);
    assertThat(lent).containsOnly(0);
    assertThatThrownBy(() -> new Ed25519Signer(() -> new byte[31]))
        .isInstanceOf(IllegalStateException.class);
  }

  /** As JOURNAL_FORMAT.md tells it, put together by hand. */
  @Test
  void whatIsSignedIsWhatTheFormatSays() {
    byte[] message = new byte[96];
    System.arraycopy("lockstep signed head v1".getBytes(UTF_8), 0, message, 0, 23);
    message[30] = 1; // 258
    message[31] = 2;
    System.arraycopy(HASH.bytes(), 0, message, 32, 32);
    System.arraycopy(HASH.bytes(), 0, message, 64, 32);
    SignedHead head = signed(258);
    assertThat(KEY.publicKey().verifies(message, HexFormat.of().parseHex(head.signature())))
        .isTrue();
    assertThat(head.payload().text())
        .isEqualTo(
            "{\"sequence\":258,\"hash\":\"%s\",\"root\":\"%s\",\"publicKey\":\"%s\",\"signature\":\"%s\"}"
                .formatted(HASH, HASH, KEY.publicKey(), head.signature()));
  }

  @Test
  void theLongestPayloadIsAsLongAsItSays() {
    assertThat(signed(Long.MAX_VALUE).payload().lengthBytes())
        .isEqualTo(SignedHead.MAX_PAYLOAD_BYTES);
  }

  @Test
  void onlyTheVeryBytesThatAreWrittenAreRead() {
    String json = signed(8).payload().text();
    assertThat(SignedHead.read(record(json))).contains(signed(8));
    for (String other :
        new String[] {
          json + " ",
          json.replace(":8,", ":8.0,"),
          json.replace(":8,", ":\"8\","),
          json.replace(":8,", ":-8,"),
          json.replace("}", ",\"more\":1}"),
          json.replace("\"root\"", "\"ROOT\""),
          json.substring(1),
          "[]",
          "",
          "null"
        }) {
      assertThat(SignedHead.read(record(other))).as(other).isEmpty();
    }
  }

  @Property(tries = 300)
  void noOtherBytesVerifyAndNoneAreAnError(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] message = new byte[random.nextInt(100)];
    byte[] signature = KEY.sign(message);
    signature[random.nextInt(signature.length)] ^= (byte) (1 << random.nextInt(8));
    assertThat(KEY.publicKey().verifies(message, signature)).isFalse();
    byte[] noise = new byte[32];
    random.nextBytes(noise);
    Ed25519Key key = new Ed25519Key(HexFormat.of().formatHex(noise));
    assertThat(key.verifies(message, KEY.sign(message))).isFalse();
    assertThat(KEY.publicKey().verifies(message, new byte[random.nextInt(80)])).isFalse();
  }
}
