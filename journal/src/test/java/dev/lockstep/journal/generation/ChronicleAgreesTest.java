package dev.lockstep.journal.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our reader finds records by a rule of its own; on a sound file Chronicle's tailer finds the very
 * same.
 */
class ChronicleAgreesTest {
  @TempDir Path folder;

  @Test
  void chronicleReadsTheSameRecordsFromTheSameFile() throws Exception {
    Path directory = JournalFixture.write(folder, 29, 12);
    Scan scan = JournalReader.read(directory);
    List<byte[]> ours = new ArrayList<>();
    List<byte[]> chronicles = new ArrayList<>();
    for (LocatedRecord record : scan.located()) {
      ours.add(RecordCodec.encode(record.record()));
    }
    for (int generation = 0; generation < 2; generation++) {
      chronicles.addAll(
          readByChronicle(directory.resolve(GenerationLayout.fileName(generation)), generation));
    }
    assertThat(chronicles).usingRecursiveComparison().isEqualTo(ours);
    assertThat(ours).hasSize(43);
  }

  private List<byte[]> readByChronicle(Path file, int generation) throws Exception {
    Path copy = Files.createDirectory(folder.resolve("copy" + generation));
    Files.copy(file, copy.resolve("19700101F.cq4"));
    List<byte[]> records = new ArrayList<>();
    try (ChronicleQueue queue =
            SingleChronicleQueueBuilder.binary(copy)
                .rollCycle(RollCycles.FAST_DAILY)
                .timeProvider(() -> 0)
                .blockSize(GenerationLayout.BLOCK_BYTES)
                .indexCount(8)
                .indexSpacing(1024)
                .build();
        ExcerptTailer tailer = queue.createTailer()) {
      while (true) {
        try (DocumentContext document = tailer.readingDocument()) {
          if (!document.isPresent()) {
            return records;
          }
          records.add(Objects.requireNonNull(document.wire()).bytes().toByteArray());
        }
      }
    }
  }
}
