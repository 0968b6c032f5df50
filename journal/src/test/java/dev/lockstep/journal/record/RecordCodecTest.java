package dev.lockstep.journal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vavr.control.Either;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
  private static JournalRecord record(byte[] payload) {
    return new JournalRecord(
        3, 17, UUID.randomUUID(), -1, "keys-proven", 2, Payload.of(payload), Sha256.NONE);
  }

  @Property(tries = 200)
  void aRecordReadsBackAsItWasWritten(
      @ForAll @Size(max = 2000) byte[] payload, @ForAll @IntRange(max = 40) int before) {
    JournalRecord record = record(payload);
    byte[] bytes = RecordCodec.encode(record);
    byte[] somewhere = new byte[before + bytes.length + 7];
    System.arraycopy(bytes, 0, somewhere, before, bytes.length);
    Either<RecordFault, EncodedRecord> decoded = RecordCodec.decode(somewhere, before);
    assertThat(decoded.get().record()).isEqualTo(record);
    assertThat(decoded.get().lengthBytes()).isEqualTo(bytes.length);
    assertThat(bytes)
        .hasSize(RecordCodec.lengthBytes(record.type().length(), record.payload().lengthBytes()));
  }

  @Test
  void everyFlippedBitIsFound() {
    byte[] bytes =
        RecordCodec.encode(
            record("{\"slot\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(RecordCodec.decode(flipped, 0).isLeft()).as("bit %d", bit).isTrue();
    }
  }

  @Test
  void aRecordCutShortAnywhereIsAFaultAndNoException() {
    byte[] bytes = RecordCodec.encode(record(new byte[100]));
    for (int length = 0; length < bytes.length; length++) {
      assertThat(RecordCodec.decode(Arrays.copyOf(bytes, length), 0).isLeft()).isTrue();
    }
  }

  @Property(tries = 500)
  void hostileBytesBehindTheMagicAreAFaultAndNoException(
      @ForAll @Size(min = 8, max = 400) byte[] bytes, @ForAll long seed) {
    byte[] magic = RecordCodec.encode(record(new byte[0]));
    System.arraycopy(magic, 0, bytes, 0, 8);
    if (bytes.length > 12 && new Random(seed).nextBoolean()) {
      bytes[8] = 0;
      bytes[9] = 1; // past the format version, into the lengths
    }
    assertThat(RecordCodec.decode(bytes, 0).isLeft()).isTrue();
  }

  @Test
  void aLengthOutOfRangeIsRefusedBeforeAnythingIsReadByIt() {
    byte[] bytes = RecordCodec.encode(record(new byte[10]));
    Arrays.fill(bytes, 12, 16, (byte) 0xff);
    assertThat(RecordCodec.decode(bytes, 0).getLeft())
        .isEqualTo(new RecordFault.FieldOutOfRange("payload length", 0xffff_ffffL));
  }

  @Test
  void aChangedPayloadWithAMendedChecksumStillFailsItsHash() {
    byte[] bytes = RecordCodec.encode(record(new byte[10]));
    bytes[RecordCodec.HEAD_BYTES + 15] ^= 1;
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    java.nio.ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) crc.getValue());
    assertThat(RecordCodec.decode(bytes, 0).getLeft()).isEqualTo(new RecordFault.HashMismatch());
  }

  @Test
  void whatAPayloadHoldsIsNotPrintedByAccident() {
    assertThat(record("top secret".getBytes(java.nio.charset.StandardCharsets.UTF_8)).toString())
        .doesNotContain("secret");
    assertThatThrownBy(() -> Payload.of(new byte[Payload.MAX_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
