package dev.lockstep.journal;

import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.chain.Tail;
import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.scan.GenerationBytes;
import dev.lockstep.journal.scan.GenerationLayout;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** A sound journal of any size, made record by record without Chronicle: quick, and sparse. */
public final class WrittenByHand {
  private ChainHead head = ChainHead.START;
  private List<Tail> tails = List.of();
  private int generation;

  /** The next generation: its opening record, then {@code records} of the same payload. */
  public GenerationBytes next(int records, byte[] payload) {
    ByteBuffer file =
        ByteBuffer.allocate(GenerationLayout.FILE_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .position(GenerationLayout.FIRST_DOCUMENT);
    GenerationOpened opened = new GenerationOpened(head.lastSequence(), head.hash(), tails, 0);
    put(file, GenerationOpened.TYPE, opened.payload());
    for (int record = 0; record < records; record++) {
      put(file, "step", Payload.of(payload));
    }
    tails = List.of(new Tail(generation, Tail.State.CLEAN, file.position()));
    return new GenerationBytes(generation++, file.array(), file.capacity());
  }

  private void put(ByteBuffer file, String type, Payload payload) {
    JournalRecord record =
        new JournalRecord(
            generation,
            head.nextSequence(),
            new UUID(5, generation),
            1_700_000_000_000L,
            type,
            1,
            payload,
            head.hash());
    byte[] bytes = RecordCodec.encode(record);
    EncodedRecord encoded = RecordCodec.decode(bytes, 0).get();
    head = head.after(encoded);
    file.putInt(bytes.length).put(bytes);
    file.position(GenerationLayout.documentAfter(file.position()));
  }

  /** Puts a generation into a folder; what is zero at its end becomes a hole. */
  public static Path write(Path folder, GenerationBytes generation) throws IOException {
    Path path = folder.resolve(GenerationLayout.fileName(generation.generation()));
    byte[] bytes = generation.bytes();
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(Arrays.copyOf(bytes, end));
      file.setLength(bytes.length);
    }
    return path;
  }
}
