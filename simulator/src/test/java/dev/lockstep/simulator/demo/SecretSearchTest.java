package dev.lockstep.simulator.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SecretSearchTest {

  private static final int CHUNK = 1 << 20;
  private static final String KEY =
      "cbdefghi-jklnrtuv-cbdefghi-jklnrtuv-cbdefghi-jklnrtuv-cbdefghi-jklnrtuv";

  @Test
  void aKeyIsFoundInEachForm() throws IOException {
    byte[] bare = KEY.replace("-", "").getBytes(US_ASCII);
    for (byte[] form :
        List.of(
            KEY.getBytes(US_ASCII),
            bare,
            HexFormat.of().formatHex(bare).getBytes(US_ASCII),
            HexFormat.of().withUpperCase().formatHex(KEY.getBytes(US_ASCII)).getBytes(US_ASCII),
            Base64.getEncoder().encode(KEY.getBytes(US_ASCII)))) {
      assertThat(isFound(form, 4711)).isTrue();
    }
  }

  @Test
  void whatARecoveryKeyStandsForIsFoundInEachForm() throws IOException {
    StringBuilder hex = new StringBuilder();
    KEY.replace("-", "")
        .chars()
        .forEach(letter -> hex.append(Integer.toHexString("cbdefghijklnrtuv".indexOf(letter))));
    byte[] raw = HexFormat.of().parseHex(hex);
    byte[] amid = new byte[raw.length + 9];
    System.arraycopy(raw, 0, amid, 4, raw.length);
    for (byte[] form :
        List.of(
            raw,
            hex.toString().getBytes(US_ASCII),
            hex.toString().toUpperCase(java.util.Locale.ROOT).getBytes(US_ASCII),
            Base64.getEncoder().encode(raw),
            Base64.getUrlEncoder().encode(amid))) {
      assertThat(isFound(form, 815)).isTrue();
    }
  }

  @Test
  void aSearchProvesThatItFindsEachOfItsForms() throws IOException {
    try (Secret secret = Secret.taking(KEY.getBytes(US_ASCII));
        SecretSearch search = new SecretSearch().forRecoveryKey(secret)) {
      assertThat(search.forms()).isGreaterThanOrEqualTo(20);
      search.proveItself();
    }
  }

  @Test
  void aKeyIsFoundAcrossChunksAndAtBothEnds() throws IOException {
    byte[] key = KEY.getBytes(US_ASCII);
    for (int at : new int[] {0, CHUNK - 1, CHUNK - key.length + 1, 3 * CHUNK - key.length}) {
      assertThat(isFound(key, at)).as("at byte %d", at).isTrue();
    }
  }

  @Test
  void whatIsNotThereIsNotFound() throws IOException {
    byte[] almost = KEY.getBytes(US_ASCII);
    almost[70] = 'c';
    byte[] almostBare = KEY.replace("-", "").getBytes(US_ASCII);
    almostBare[0] = 'v';
    assertThat(isFound(almost, 99)).isFalse();
    assertThat(isFound(almostBare, 99)).isFalse();
  }

  @Test
  void whereItIsSaysNothingOfTheKey() throws IOException {
    byte[] hay = hay();
    System.arraycopy(KEY.getBytes(US_ASCII), 0, hay, 5, KEY.length());
    try (Secret secret = Secret.taking(KEY.getBytes(US_ASCII));
        SecretSearch search = new SecretSearch().forRecoveryKey(secret)) {
      assertThat(search.findIn(RandomReader.of(hay))).contains("the recovery key at byte 5");
    }
  }

  private static boolean isFound(byte[] form, int at) throws IOException {
    byte[] hay = hay();
    System.arraycopy(form, 0, hay, at, form.length);
    try (Secret secret = Secret.taking(KEY.getBytes(US_ASCII));
        SecretSearch search = new SecretSearch().forRecoveryKey(secret)) {
      return search.findIn(RandomReader.of(hay)).isPresent();
    }
  }

  private static byte[] hay() {
    byte[] hay = new byte[3 * CHUNK];
    byte[] noise = new byte[CHUNK + 100];
    new Random(1).nextBytes(noise);
    System.arraycopy(noise, 0, hay, 0, noise.length);
    return hay;
  }
}
