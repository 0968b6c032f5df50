package dev.lockstep.journal.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.journal.scan.GenerationLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolledBackTest {
  @TempDir Path folder;

  /** Closing a document that was begun commits it, unless it is rolled back. */
  @Test
  void anAppendThatFailsHalfWayCommitsNothing() throws Exception {
    Path file = folder.resolve("gen000.cq4");
    Medium.preallocate(file, GenerationLayout.FILE_BYTES);
    try (Scratch scratch = Scratch.open(folder.resolve("scratch"));
        ChronicleGeneration generation = ChronicleGeneration.open(file, scratch)) {
      byte[] foreign = "somebody else's".getBytes(UTF_8);
      appendBehindItsBack(scratch.queue(), foreign);
      assertThatThrownBy(() -> generation.append(new byte[100]))
          .isInstanceOf(JournalFailed.class)
          .hasMessageContaining("would write to byte");
      int next =
          GenerationLayout.documentAfter(
              GenerationLayout.FIRST_DOCUMENT
                  + GenerationLayout.DOCUMENT_HEADER_BYTES
                  + foreign.length);
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(bytes.getInt(next)).isZero();
    }
  }

  private static void appendBehindItsBack(Path queueFolder, byte[] bytes) {
    try (ChronicleQueue queue =
            SingleChronicleQueueBuilder.binary(queueFolder)
                .rollCycle(RollCycles.FAST_DAILY)
                .timeProvider(() -> 0)
                .blockSize(GenerationLayout.BLOCK_BYTES)
                .indexCount(8)
                .indexSpacing(1024)
                .build();
        ExcerptAppender appender = queue.createAppender();
        DocumentContext document = appender.writingDocument()) {
      document.wire().bytes().write(bytes);
    }
  }
}
