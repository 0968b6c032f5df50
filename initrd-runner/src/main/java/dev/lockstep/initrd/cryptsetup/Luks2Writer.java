package dev.lockstep.initrd.cryptsetup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Writes changed metadata so that at every instant one copy is sound: one copy, fsync, the other
 * copy, fsync. The copy that is current is written last unless both are equal, so a cut never tears
 * the only good one; a cut between leaves two sound copies, of which the higher sequence number
 * counts. Then both are read back from the medium and compared.
 *
 * <p>It takes none of libcryptsetup's locks: no other program may be using the header.
 */
public final class Luks2Writer {
  private Luks2Writer() {}

  /**
   * Replaces the metadata, raising the sequence number by one.
   *
   * @param device opened for writing, the header at its start
   * @param base what the device holds, as read before; anything else on it is an error
   * @param json the new JSON area
   * @return the header as read back
   * @throws IOException when the device changed meanwhile, a write or flush fails, or what is read
   *     back differs
   */
  public static Luks2Header update(BlockDeviceFile device, Luks2Header base, ObjectNode json)
      throws IOException {
    requireUnchanged(device, base);
    Luks2MetadataReader.read(json); // what we could not read, we do not write
    byte[] text = Luks2MetadataReader.print(json);
    if (text.length >= base.headerBytes() - Luks2BinaryHeader.BINARY_BYTES) {
      throw new IOException(
          "the new metadata of " + text.length + " bytes does not fit the header");
    }
    byte[] first = copy(base.binary(), true).write(salt(), text);
    byte[] second = copy(base.binary(), false).write(salt(), text);
    if (base.copies() == Luks2Header.Copies.FIRST_IS_CURRENT) {
      writeDurably(device, base.headerBytes(), second);
      writeDurably(device, 0, first);
    } else {
      writeDurably(device, 0, first);
      writeDurably(device, base.headerBytes(), second);
    }
    requireStored(device, 0, first);
    requireStored(device, base.headerBytes(), second);
    if (Luks2HeaderReader.read(device) instanceof HeaderReading.Valid(Luks2Header written)
        && written.copies() == Luks2Header.Copies.EQUAL
        && written.seqid() == base.seqid() + 1) {
      return written;
    }
    throw new IOException("the header of " + device.path() + " can't be read after writing it");
  }

  private static Luks2BinaryHeader copy(Luks2BinaryHeader base, boolean primary) {
    return new Luks2BinaryHeader(
        primary,
        base.headerBytes(),
        base.seqid() + 1,
        base.label(),
        Luks2BinaryHeader.CHECKSUM,
        base.uuid(),
        base.subsystem(),
        primary ? 0 : base.headerBytes());
  }

  private static byte[] salt() throws IOException {
    byte[] salt = new byte[Luks2BinaryHeader.SALT_BYTES];
    try (Secret random = Secret.random(salt.length)) {
      random.buffer().get(salt);
    }
    return salt;
  }

  private static void writeDurably(BlockDeviceFile device, long offset, byte[] copy)
      throws IOException {
    device.writeFully(offset, ByteBuffer.wrap(copy));
    device.flush(); // before the other copy is touched: a cut must find one of them whole
  }

  private static void requireUnchanged(BlockDeviceFile device, Luks2Header base)
      throws IOException {
    if (!(Luks2HeaderReader.read(device) instanceof HeaderReading.Valid(Luks2Header now))
        || now.seqid() != base.seqid()
        || !now.uuid().equals(base.uuid())
        || now.copies() != base.copies()
        || !now.json().equals(base.json())) {
      throw new IOException("the header of " + device.path() + " changed since it was read");
    }
  }

  private static void requireStored(BlockDeviceFile device, long offset, byte[] expected)
      throws IOException {
    byte[] stored = new byte[expected.length];
    device.readBack(offset, ByteBuffer.wrap(stored));
    if (!Arrays.equals(expected, stored)) {
      throw new IOException(
          device.path() + " does not hold what was written to it at byte " + offset);
    }
  }
}
