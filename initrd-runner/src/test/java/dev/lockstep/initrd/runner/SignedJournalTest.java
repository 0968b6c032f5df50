package dev.lockstep.initrd.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.handover.RecoveryKeyHandover;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.tpm.Firmware;
import dev.lockstep.initrd.tpm.SealedCredential;
import dev.lockstep.initrd.tpm.SoftwareTpm;
import dev.lockstep.journal.anchor.HeaderKeys;
import dev.lockstep.journal.chain.Ed25519Key;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.Family;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.scan.SignedHeads;
import dev.lockstep.statemachine.firstboot.FirstBoot;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import io.vavr.control.Option;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal's key on a real software TPM, in the real journal and in a real LUKS2 header. */
class SignedJournalTest {
  private static final List<Integer> PCRS = List.of(7);

  @TempDir private Path folder;
  private Path state;
  private SoftwareTpm tpm;

  @BeforeEach
  void startTpm() throws Exception {
    for (String tool : List.of("swtpm", "setsid", "systemd-creds", "systemd-cryptenroll")) {
      assumeTrue(
          new ProcessBuilder("which", tool).start().waitFor() == 0, tool + " must be installed");
    }
    state = Files.createTempDirectory("lockstep-signed-");
    tpm =
        SoftwareTpm.start(state, Firmware.DEFAULT)
            .getOrElseThrow(failure -> new AssertionError(failure.message()));
  }

  @AfterEach
  void stopTpm() throws Exception {
    if (tpm == null) {
      return;
    }
    tpm.close();
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private TpmKeys keys() {
    return new TpmKeys(
        Option.some(tpm), RecoveryKeyHandover.NONE, Option.none(), OperatorKeys.NONE);
  }

  private static Ed25519Key publicKey(TpmKeys keys) {
    return keys.headSigner().get().publicKey();
  }

  private static byte[] conversionKey(TpmKeys keys) throws Exception {
    return keys.conversionKey().bytes().toArray(ValueLayout.JAVA_BYTE);
  }

  private JournalEvents<Intent, Outcome> events() {
    return new JournalEvents<>(
        "of the test",
        folder.resolve("journal"),
        folder.resolve("scratch"),
        new UUID(1, 2),
        new EventCodec<>(Family.FIRST_BOOT),
        new FirstBoot(),
        () -> {});
  }

  @Test
  void theTpmGivesALaterBootTheSameTwoKeysOutOfOneBlob() throws Exception {
    try (TpmKeys first = keys();
        TpmKeys later = keys()) {
      byte[] blob = first.sealNewConversionKey(PCRS);
      assertThat(later.headSigner().isEmpty()).isTrue();
      later.unseal(blob);
      assertThat(publicKey(later)).isEqualTo(publicKey(first));
      assertThat(conversionKey(later)).isEqualTo(conversionKey(first)).hasSize(32);
      Ed25519Key before = publicKey(first);
      assertThat(first.sealNewConversionKey(PCRS)).isNotEqualTo(blob);
      assertThat(publicKey(first)).isNotEqualTo(before);
    }
  }

  @Test
  void aBlobOfTheConversionKeyAloneConvertsAndSignsNothing() throws Exception {
    try (TpmKeys keys = keys();
        TpmKeys other = keys()) {
      keys.unseal(blob(32));
      assertThat(conversionKey(keys)).hasSize(32);
      assertThat(keys.headSigner().isEmpty()).isTrue();
      byte[] odd = blob(48);
      assertThatThrownBy(() -> other.unseal(odd))
          .isInstanceOf(KeyRefused.class)
          .hasMessageContaining("length");
    }
  }

  private byte[] blob(int length) throws Exception {
    try (Secret secret = Secret.random(length)) {
      return SealedCredential.seal(
              tpm, "lockstep.conversion-key", TpmKeys.selection(PCRS), secret::bytes)
          .getOrElseThrow(failure -> new AssertionError(failure.message()))
          .base64()
          .getBytes(StandardCharsets.US_ASCII);
    }
  }

  @Test
  void everyOutcomeIsSignedWhileTheKeyIsAtHandAndNothingWaitsForIt() throws Exception {
    try (JournalEvents<Intent, Outcome> events = events();
        TpmKeys keys = keys()) {
      events.signWith(keys::headSigner);
      events.append(new Event.BootStarted<>(new UUID(1, 2), "test"));
      events.append(new Event.Completed<>(new Outcome.KeysProven())); // no key yet
      byte[] blob = keys.sealNewConversionKey(PCRS);
      events.append(new Event.Intended<>(new Intent.SealConversionKey(), "NEXT_IN_ORDER"));
      events.append(new Event.Completed<>(new Outcome.ConversionKeySealed(Digest.of(blob))));
      events.append(new Event.Adopted<>(new Outcome.HeaderPlaced(), "HEADER_FOUND_PLACED"));
      events.append(new Event.Stopped<>(Refusal.preflight("TEST", "Stopped.")));
      Scan scan = JournalReader.read(folder.resolve("journal"));
      assertThat(scan.records().stream().map(JournalRecord::type))
          .containsExactly(
              "generation-opened",
              "first-boot.boot-started",
              "first-boot.completed.keys-proven",
              "first-boot.intended.seal-conversion-key",
              "first-boot.completed.conversion-key-sealed",
              "signed-head",
              "first-boot.adopted.header-placed",
              "signed-head",
              "first-boot.stopped");
      SignedHeads signed = SignedHeads.of(scan);
      assertThat(signed.findings()).isEmpty();
      assertThat(signed.last().map(SignedHead::publicKey)).contains(publicKey(keys));
      assertThat(events.past()).hasSize(6);
      noSecretOf(blob, new String(bytesOf(scan), StandardCharsets.ISO_8859_1));
      noSecretOf(blob, keys.headSigner().get() + " " + signed);
    }
  }

  private byte[] bytesOf(Scan scan) throws Exception {
    return Files.readAllBytes(
        folder.resolve("journal").resolve("gen%03d.cq4".formatted(scan.lastGeneration())));
  }

  /** Neither half of what the TPM sealed, nor both. */
  private void noSecretOf(byte[] blob, String text) {
    byte[] both = new byte[64];
    assertThat(
            new SealedCredential(new String(blob, StandardCharsets.US_ASCII))
                .unseal(tpm, "lockstep.conversion-key", bytes -> bytes.asByteBuffer().get(both)))
        .isEmpty();
    for (int from : new int[] {0, 32}) {
      byte[] secret = Arrays.copyOfRange(both, from, from + 32);
      assertThat(text)
          .doesNotContain(new String(secret, StandardCharsets.ISO_8859_1))
          .doesNotContain(HexFormat.of().formatHex(secret))
          .doesNotContain(Base64.getEncoder().withoutPadding().encodeToString(secret));
    }
  }

  @Test
  void thePreparedHeaderNamesTheKeyOfTheLastBlob() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "loop devices need root");
    Path disk = folder.resolve("disk.img");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(64 << 20);
    }
    try (Scratch scratch = Scratch.open();
        BlockDeviceFile device = BlockDeviceFile.open(disk, BlockDeviceFile.Access.EXCLUSIVE);
        TpmKeys keys = keys()) {
      PartitionBytes partition = new PartitionBytes(device, 0, 64 << 20);
      LibcryptsetupLuks luks = new LibcryptsetupLuks(partition, null, scratch, keys);
      for (int time = 0; time < 2; time++) {
        keys.unseal(keys.sealNewConversionKey(PCRS)); // the second time as after lost credentials
        byte[] header =
            luks.formatHeader(new UUID(3, 4), Job.STANDARD_SLOTS, PCRS, Job.SMALL_SECTOR_BYTES);
        Path file = Files.write(folder.resolve("header"), header);
        assertThat(HeaderKeys.read(file)).containsExactly(publicKey(keys));
      }
    }
  }
}
