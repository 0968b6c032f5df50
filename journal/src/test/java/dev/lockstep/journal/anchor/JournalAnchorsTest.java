package dev.lockstep.journal.anchor;

import static dev.lockstep.journal.anchor.HeaderBytes.anchor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.journal.TinyDisk;
import dev.lockstep.journal.record.Sha256;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalAnchorsTest {
  private static final Sha256 OLD = Sha256.of(new byte[] {1}, 0, 1);
  private static final Sha256 NEW = Sha256.of(new byte[] {2}, 0, 1);

  @TempDir Path folder;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("header"), bytes);
  }

  private static byte[] twoVersions() {
    return HeaderBytes.header(anchor(OLD.toString()), 7, anchor(NEW.toString()), 8);
  }

  @Test
  void theNewerCopyCounts() throws Exception {
    assertThat(JournalAnchors.read(file(twoVersions()))).containsExactly(NEW);
    assertThat(
            JournalAnchors.read(
                file(HeaderBytes.header(anchor(OLD.toString()), 9, anchor(NEW.toString()), 8))))
        .containsExactly(OLD);
  }

  @Test
  void aTornCopyIsPassedOver() throws Exception {
    for (int torn : new int[] {0, 7, 8, 20, 80, 260, 450, 5000, 16_000}) {
      byte[] bytes = twoVersions();
      bytes[HeaderBytes.COPY_BYTES + torn] ^= 1;
      assertThat(JournalAnchors.read(file(bytes))).as("byte %d", torn).containsExactly(OLD);
      bytes = twoVersions();
      bytes[torn] ^= 1;
      assertThat(JournalAnchors.read(file(bytes))).as("byte %d", torn).containsExactly(NEW);
    }
  }

  @Test
  void noHeaderNoTokenAndABadTokenAreEachAWord() throws Exception {
    byte[] bothTorn = twoVersions();
    bothTorn[9] ^= 1;
    bothTorn[HeaderBytes.COPY_BYTES + 9] ^= 1;
    refused(bothTorn, "no whole LUKS2 header");
    refused(new byte[10], "no whole LUKS2 header");
    refused(HeaderBytes.header("{\"tokens\":{}}", 1, "{}", 1), "no token of type lockstep-journal");
    refused(HeaderBytes.header("{\"tok", 2, "{}", 1), "no readable JSON");
    refused(HeaderBytes.header("[".repeat(9000), 2, "{}", 1), "no readable JSON");
    refused(HeaderBytes.header(anchor("no hash"), 2, "{}", 1), "holds no SHA-256");
  }

  private void refused(byte[] bytes, String why) throws IOException {
    Path header = file(bytes);
    assertThatThrownBy(() -> JournalAnchors.read(header))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }

  /** Only the 32 bytes behind the checksum are under nothing: bytes 480 to 511. */
  @Test
  void noiseIsNeverTakenForAHeader() throws Exception {
    Random random = new Random(3);
    byte[] good = twoVersions();
    for (int round = 0; round < 200; round++) {
      byte[] bytes = good.clone();
      bytes[random.nextInt(480)] ^= (byte) (1 + random.nextInt(255));
      bytes[HeaderBytes.COPY_BYTES + 512 + random.nextInt(4000)] ^=
          (byte) (1 + random.nextInt(255));
      refused(bytes, "no whole LUKS2 header");
    }
  }

  @Test
  void cryptsetupsOwnHeaderIsReadOnADiskTooAndFromItsSecondCopyAlone() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/sbin/cryptsetup")), "cryptsetup (cryptsetup-bin) is needed");
    assumeTrue(Files.isExecutable(Path.of("/sbin/sfdisk")), "sfdisk (fdisk) is needed");
    Path disk = folder.resolve("disk.img");
    Path header = folder.resolve("luks.img");
    try (RandomAccessFile file = new RandomAccessFile(header.toFile(), "rw")) {
      file.setLength(32 << 20);
    }
    Path key = Files.writeString(folder.resolve("key"), "a test's key");
    TinyDisk.run(
        "/sbin/cryptsetup",
        "luksFormat",
        "-q",
        "--type",
        "luks2",
        "--pbkdf",
        "pbkdf2",
        "--pbkdf-force-iterations",
        "1000",
        header.toString(),
        key.toString());
    Path token =
        Files.writeString(
            folder.resolve("token"),
            "{\"type\":\"lockstep-journal\",\"keyslots\":[],\"head\":\"%s\"}".formatted(NEW));
    TinyDisk.run(
        "/sbin/cryptsetup", "token", "import", "--json-file", token.toString(), header.toString());
    assertThat(JournalAnchors.read(header)).containsExactly(NEW);
    TinyDisk.run("sh", "-c", "truncate -s 64M " + disk);
    TinyDisk.run(
        "sh", "-c", "printf 'label: gpt\\nsize=8MiB\\nsize=40MiB\\n' | /sbin/sfdisk -q " + disk);
    TinyDisk.run(
        "sh", "-c", "dd if=%s of=%s bs=1M seek=9 conv=notrunc status=none".formatted(header, disk));
    assertThat(JournalAnchors.read(disk)).containsExactly(NEW);
    TinyDisk.run(
        "sh",
        "-c",
        "dd if=/dev/zero of=%s bs=1k count=4 conv=notrunc status=none".formatted(header));
    assertThat(JournalAnchors.read(header)).containsExactly(NEW);
  }
}
