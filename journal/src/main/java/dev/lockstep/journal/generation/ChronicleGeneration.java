package dev.lockstep.journal.generation;

import static dev.lockstep.journal.generation.JournalFailed.Reason.CHRONICLE;
import static dev.lockstep.journal.generation.JournalFailed.Reason.ENDED;
import static dev.lockstep.journal.generation.JournalFailed.Reason.GENERATION_FULL;
import static dev.lockstep.journal.generation.JournalFailed.Reason.MEDIUM;
import static dev.lockstep.journal.scan.GenerationLayout.BLOCK_BYTES;
import static dev.lockstep.journal.scan.GenerationLayout.DOCUMENT_HEADER_BYTES;
import static dev.lockstep.journal.scan.GenerationLayout.FIRST_DOCUMENT;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.MediumChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * The one generation this process writes, through Chronicle Queue. Chronicle's own sync forces
 * nothing by default and hides a failed write, so the durability is ours: a mapping of the same
 * file, whose pages are forced after each record and read back from the medium.
 */
final class ChronicleGeneration implements AutoCloseable {
  /**
   * The clock stands still: one that went back would start a second file that sorts before the
   * first.
   */
  private static final long CLOCK_MILLIS = 0;

  /** The name Chronicle gives the file of cycle 0, before it takes it over. */
  private static final String PRECREATED_NAME = "19700101F.precreated";

  private final Path file;
  private final ChronicleFaults faults;
  private final ChronicleQueue queue;
  private final ExcerptAppender appender;
  private final FileChannel channel;
  private final Arena mapped;
  private final MemorySegment mapping;
  private final MediumChannel medium;
  private int nextDocument = FIRST_DOCUMENT;
  private boolean ended;

  @SuppressWarnings("MustBeClosed") // the generation owns the arena and closes it
  private ChronicleGeneration(
      Path file,
      ChronicleFaults faults,
      ChronicleQueue queue,
      FileChannel channel,
      MediumChannel medium)
      throws IOException {
    this.file = file;
    this.faults = faults;
    this.queue = queue;
    this.appender = queue.createAppender();
    this.channel = channel;
    this.medium = medium;
    this.mapped = Arena.ofShared();
    this.mapping =
        channel.map(FileChannel.MapMode.READ_WRITE, 0, GenerationLayout.FILE_BYTES, mapped);
  }

  /**
   * Opens a new generation's file for writing.
   *
   * @param file preallocated, all zero
   * @param scratch clean
   */
  static ChronicleGeneration open(Path file, Scratch scratch) throws JournalFailed {
    return open(file, file, scratch);
  }

  /**
   * With another file to read back from, as a medium would that keeps other bytes than it was
   * given.
   */
  static ChronicleGeneration open(Path file, Path readBackFrom, Scratch scratch)
      throws JournalFailed {
    ChronicleFaults faults = ChronicleFaults.listen();
    try {
      scratch.link(PRECREATED_NAME, file);
      ChronicleGeneration generation =
          new ChronicleGeneration(
              file,
              faults,
              queue(scratch.queue()),
              FileChannel.open(file, READ, WRITE, LinkOption.NOFOLLOW_LINKS),
              MediumChannel.open(readBackFrom));
      generation.failOnReportedFault();
      return generation;
    } catch (IOException failed) {
      throw new JournalFailed(MEDIUM, file + " can't be opened: " + failed.getMessage(), failed);
    } catch (RuntimeException failed) {
      throw new JournalFailed(
          CHRONICLE, "Chronicle Queue can't open " + file + ": " + failed, failed);
    }
  }

  private static ChronicleQueue queue(Path folder) {
    return SingleChronicleQueueBuilder.binary(folder)
        .rollCycle(RollCycles.FAST_DAILY)
        .timeProvider(() -> CLOCK_MILLIS)
        .blockSize(BLOCK_BYTES)
        .indexCount(8)
        .indexSpacing(1024)
        .syncMode(SyncMode.NONE)
        .build();
  }

  /** Bytes that records may still take, their frames not counted. */
  int remainingBytes() {
    return Math.max(0, BLOCK_BYTES - nextDocument - 3 * DOCUMENT_HEADER_BYTES);
  }

  /**
   * Writes a record; when it returns the record is on the medium, and has been read back from
   * there.
   */
  void append(byte[] record) throws JournalFailed {
    if (ended) {
      throw new JournalFailed(
          ENDED, "the journal was closed or failed before; the next run opens a new generation");
    }
    if (!GenerationLayout.fits(nextDocument, record.length)) {
      throw new JournalFailed(
          GENERATION_FULL,
          "%s has room for %d more bytes and this record needs %d; the next boot opens a new generation"
              .formatted(file, remainingBytes(), record.length));
    }
    ended = true; // whatever goes wrong from here on, nothing is ever written behind it
    write(record);
    force(record.length);
    readBack(record);
    failOnReportedFault();
    nextDocument =
        GenerationLayout.documentAfter(nextDocument + DOCUMENT_HEADER_BYTES + record.length);
    ended = false;
  }

  private void write(byte[] record) throws JournalFailed {
    try (DocumentContext document = appender.writingDocument()) {
      boolean whole = false;
      try {
        Bytes<?> out = Objects.requireNonNull(document.wire()).bytes();
        checkPosition(out.writePosition());
        out.write(record);
        whole = true;
      } finally {
        if (!whole) {
          document.rollbackOnClose(); // closing would commit half a record
        }
      }
    } catch (RuntimeException | InternalError failed) {
      throw new JournalFailed(CHRONICLE, "Chronicle Queue can't write to " + file, failed);
    }
  }

  /** Before the first byte: a reader looks for the record here and nowhere else. */
  private void checkPosition(long position) throws JournalFailed {
    if (position != nextDocument + DOCUMENT_HEADER_BYTES) {
      throw new JournalFailed(
          CHRONICLE,
          "Chronicle Queue would write to byte %d of %s, and the journal's next record belongs at byte %d"
              .formatted(position, file, nextDocument + DOCUMENT_HEADER_BYTES));
    }
  }

  /**
   * The record's own pages, and with them what their blocks need; a cut after this finds the
   * record. Chronicle's header, which it changes with every record, is in another page: forcing
   * that too costs half as much again on a medium where a write costs something, and no reader of
   * ours asks for it.
   */
  private void force(int recordBytes) throws JournalFailed {
    try {
      mapping.asSlice(nextDocument, DOCUMENT_HEADER_BYTES + recordBytes).force();
    } catch (UncheckedIOException failed) {
      throw new JournalFailed(
          MEDIUM,
          "the medium did not take a record of %s: %s".formatted(file, failed.getMessage()),
          failed);
    }
  }

  private void readBack(byte[] record) throws JournalFailed {
    byte[] expected =
        ByteBuffer.allocate(DOCUMENT_HEADER_BYTES + record.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(record.length)
            .put(record)
            .array();
    try {
      if (channel.size() != GenerationLayout.FILE_BYTES) {
        throw new IOException("its size changed to " + channel.size());
      }
      if (!medium.holds(nextDocument, expected)) {
        throw new IOException("it gave back other bytes than were written");
      }
    } catch (IOException failed) {
      throw new JournalFailed(
          MEDIUM,
          "a record of %s can't be read back from the medium: %s"
              .formatted(file, failed.getMessage()),
          failed);
    }
  }

  private void failOnReportedFault() throws JournalFailed {
    if (faults.reported().isPresent()) {
      ended = true;
      throw new JournalFailed(
          CHRONICLE, "Chronicle Queue reported a fault, " + faults.reported().get());
    }
  }

  @Override
  public void close() throws IOException {
    ended = true;
    try (channel;
        medium) {
      appender.close();
      queue.close();
      mapped.close();
      // Chronicle unmaps behind our back, some time later: until then a removed file keeps its
      // room.
      BackgroundResourceReleaser.releasePendingResources();
    }
  }
}
