package dev.lockstep.initrd.cryptsetup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;

/**
 * A plain disk of known bytes with a reserve behind them, and what takes it through a conversion.
 */
final class VolumeFixture {
  static final int MIB = 1024 * 1024;
  static final long SHIFT_BYTES = 16L * MIB;
  static final Pbkdf CHEAP = Pbkdf.forRandomKeys();

  final Path disk;
  final Path header;
  final UUID uuid = UUID.randomUUID();
  final byte[] plain;

  /** The disk is as large as data and reserve: two shifts behind the data. */
  VolumeFixture(Path folder, int dataBytes) throws IOException {
    disk = folder.resolve("disk.img");
    header = folder.resolve("header.img");
    plain = new byte[dataBytes];
    new Random(dataBytes).nextBytes(plain);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.write(plain);
      file.setLength(dataBytes + 2 * SHIFT_BYTES);
    }
  }

  static Secret secret(String text) throws IOException {
    return Secret.taking(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A header with the slots 0 (conversion), 1 (recovery) and 2 (password). */
  void prepareHeader(Path data, int sectorBytes) throws IOException {
    Luks2Format format =
        new Luks2Format(uuid, "root", Luks2Format.DEFAULT_DATA_OFFSET_SECTORS, sectorBytes);
    HeaderFile.create(header, format);
    try (CryptDevice crypt = CryptDevice.open(header, data);
        Secret conversion = secret("conversion");
        Secret recovery = secret("recovery");
        Secret password = secret("password")) {
      Keyslots keyslots = crypt.format(format, CHEAP).keyslots();
      assertThat(keyslots.add(0, conversion, CHEAP)).isZero();
      assertThat(keyslots.add(1, recovery, CHEAP)).isEqualTo(1);
      assertThat(keyslots.addByPassphrase(2, recovery, password, CHEAP)).isEqualTo(2);
    }
  }

  /** What the library does not flush by itself: the head, copied to the tail first. */
  void copyHeadToTail(Path data) throws IOException {
    try (BlockDeviceFile device = BlockDeviceFile.open(data, BlockDeviceFile.Access.READ_WRITE)) {
      byte[] head = new byte[(int) Math.min(SHIFT_BYTES, plain.length)];
      device.readFully(0, ByteBuffer.wrap(head));
      device.writeFully(device.sizeBytes() - SHIFT_BYTES, ByteBuffer.wrap(head));
      device.flush();
    }
  }

  Luks2State initialise(Path data, int sectorBytes) throws IOException {
    try (CryptDevice crypt = CryptDevice.open(header, data);
        Secret key = secret("conversion")) {
      return crypt
          .load()
          .reencryption()
          .initialise(key, 0, Luks2Format.DEFAULT_DATA_OFFSET_SECTORS, sectorBytes);
    }
  }

  void placeHeader(Path data) throws IOException {
    byte[] bytes = Files.readAllBytes(header);
    assertThat(bytes).hasSize((int) SHIFT_BYTES);
    try (BlockDeviceFile device = BlockDeviceFile.open(data, BlockDeviceFile.Access.READ_WRITE)) {
      device.writeFully(0, ByteBuffer.wrap(bytes));
      device.flush();
    }
  }

  /** Everything up to the first hotzone. */
  void prepareConversion(Path data, int sectorBytes) throws IOException {
    prepareHeader(data, sectorBytes);
    copyHeadToTail(data);
    initialise(data, sectorBytes);
    placeHeader(data);
  }

  Luks2State resume(Path data, String key, ConversionProgress progress) throws IOException {
    try (CryptDevice crypt = CryptDevice.open(data);
        Secret secret = secret(key)) {
      return crypt.load().reencryption().resume(secret, progress);
    }
  }

  static Luks2State state(Path device) throws IOException {
    try (BlockDeviceFile file = BlockDeviceFile.open(device, BlockDeviceFile.Access.READ_ONLY)) {
      return Luks2State.read(file);
    }
  }

  /** Decrypts the volume with a key of it, and compares every byte. */
  void assertPlaintextPreserved(Path device, String key) throws IOException {
    assertVolumeBegins(device, key, plain);
  }

  static void assertVolumeBegins(Path device, String key, byte[] expected) throws IOException {
    try (CryptDevice crypt = CryptDevice.open(device);
        Secret passphrase = secret(key);
        Secret volumeKey = crypt.load().keyslots().volumeKey(passphrase);
        BlockDeviceFile file = BlockDeviceFile.open(device, BlockDeviceFile.Access.READ_ONLY)) {
      if (!(Luks2HeaderReader.read(file) instanceof HeaderReading.Valid(Luks2Header header))) {
        throw new AssertionError("no LUKS2 header on " + device);
      }
      RandomReader volume = DecryptedVolume.open(file, header, volumeKey);
      byte[] actual = new byte[expected.length];
      volume.readFully(0, ByteBuffer.wrap(actual));
      // not isEqualTo: a failure would print megabytes
      assertThat(Arrays.mismatch(actual, expected)).isEqualTo(-1);
    }
  }
}
