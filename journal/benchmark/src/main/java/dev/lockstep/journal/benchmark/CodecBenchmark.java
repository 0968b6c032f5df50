package dev.lockstep.journal.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.record.RecordFault;
import dev.lockstep.journal.record.Sha256;
import io.vavr.control.Either;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A record to bytes and back: SHA-256 and CRC32C each time. */
@State(Scope.Thread)
public class CodecBenchmark {
  @Param({"300", "57344"})
  public int payloadBytes;

  private JournalRecord record;
  private byte[] bytes;

  @Setup
  public void setUp() {
    byte[] payload = "{\"step\":\"%s\"}".formatted("s".repeat(payloadBytes)).getBytes(UTF_8);
    record =
        new JournalRecord(
            3, 7, new UUID(1, 2), 0, "benchmark-step", 1, Payload.of(payload), Sha256.NONE);
    bytes = RecordCodec.encode(record);
  }

  @Benchmark
  public byte[] encode() {
    return RecordCodec.encode(record);
  }

  @Benchmark
  public Either<RecordFault, EncodedRecord> decode() {
    return RecordCodec.decode(bytes, 0);
  }
}
