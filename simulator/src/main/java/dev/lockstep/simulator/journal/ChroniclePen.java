package dev.lockstep.simulator.journal;

import dev.lockstep.journal.generation.Compaction;
import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.generation.JournalFailed;
import dev.lockstep.journal.generation.Retention;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Sector;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The real journal, Chronicle Queue and all, on real files in memory, which hold what the modelled
 * medium holds. After each append the files' changed sectors are what is on its way to that medium.
 *
 * <p><b>The fault contract.</b>
 *
 * <ul>
 *   <li>Everything that Chronicle has changed since it was last forced is on its way: a record, and
 *       Chronicle's own header and indexes. Any subset may arrive.
 *   <li>The journal forces the pages of its record. What else has changed, Chronicle's header above
 *       all once the records have left its page, stays on its way for as long as the boot lasts:
 *       the kernel may write it at any time, or never. Of several contents that one sector had
 *       meanwhile the last counts.
 *   <li>Each record must be, byte for byte and in its place, the one that {@link SectorPen} writes:
 *       that is what ties the two levels.
 *   <li>Left out: the making of a file and of its name, which a cut can only leave undone before
 *       the first record, and folding (both are the journal's own tests').
 * </ul>
 */
final class ChroniclePen implements Pen {

  private static final int KEPT_BYTES = GenerationSectors.COUNT * Sector.BYTES;
  private static final int PAGE_SECTORS = 4096 / Sector.BYTES;
  private static final int CLOCK_MILLIS = 0; // as the modelled records have it
  private static final int WITHOUT_FOLDING = 1000;

  private static final Path MEMORY = Path.of("/dev/shm");

  /** What the folders of this process are called, but for a number. */
  static final String FOLDERS = "lockstep-journal-" + ProcessHandle.current().pid() + "-";

  private final ModelDisk disk;
  private Path folder;
  private Path file;
  private Journal journal;
  private int firstForced;
  private int endForced;

  ChroniclePen(ModelDisk disk) {
    this.disk = disk;
  }

  @Override
  public void write(JournalRecord record, byte[] bytes, int document) throws IOException {
    try {
      if (journal == null) {
        layOut(record.generation());
        journal = opened(record);
      } else {
        JournalRecord _ =
            journal.append(record.type(), record.typeVersion(), record.payload().bytes());
      }
    } catch (JournalFailed failed) {
      throw new IOException(failed.getMessage(), failed);
    }
    int base = record.generation() * GenerationSectors.COUNT;
    firstForced = base + pageOf(document);
    int last = document + GenerationLayout.DOCUMENT_HEADER_BYTES + bytes.length - 1;
    endForced = base + pageOf(last) + PAGE_SECTORS;
    byte[] written = read(0, KEPT_BYTES);
    requireRecord(written, document, bytes);
    takeOver(written, base);
  }

  /** The page's first sector, from the generation's beginning. */
  private static int pageOf(int offset) {
    return offset / Sector.BYTES / PAGE_SECTORS * PAGE_SECTORS;
  }

  private Journal opened(JournalRecord first) throws JournalFailed {
    Path scratch = folder.resolve("scratch");
    Path directory = folder.resolve("journal");
    UUID bootId = first.bootId();
    return first.sequence() == 0
        ? Journal.create(directory, scratch, bootId, () -> CLOCK_MILLIS)
        : Journal.open(
            directory,
            scratch,
            bootId,
            () -> CLOCK_MILLIS,
            new Compaction(WITHOUT_FOLDING, Retention.EVERYTHING));
  }

  /** The files of all generations before this one, as the medium holds them. */
  private void layOut(int generation) throws IOException {
    folder = Files.createTempDirectory(MEMORY, FOLDERS);
    Path directory = Files.createDirectory(folder.resolve("journal"));
    DiskImage image = disk.durable();
    for (int earlier = 0; earlier < generation; earlier++) {
      Path known = directory.resolve(GenerationLayout.fileName(earlier));
      try (RandomAccessFile content = new RandomAccessFile(known.toFile(), "rw")) {
        content.setLength(GenerationLayout.FILE_BYTES);
        content.write(GenerationSectors.bytesFrom(image, earlier, 0));
      }
    }
    file = directory.resolve(GenerationLayout.fileName(generation));
  }

  private static void requireRecord(byte[] written, int document, byte[] record) {
    int at = document + GenerationLayout.DOCUMENT_HEADER_BYTES;
    if (!Arrays.equals(written, at, at + record.length, record, 0, record.length)) {
      throw new IllegalStateException(
          "Chronicle's file has another record at byte " + document + " than is modelled");
    }
  }

  private void takeOver(byte[] written, int base) {
    for (int at = 0; at < written.length; at += Sector.BYTES) {
      int sector = base + at / Sector.BYTES;
      if (!disk.sector(sector).holds(written, at)) {
        disk.writeInstead(sector, Sector.of(written, at));
      }
    }
  }

  private byte[] read(int from, int length) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(length);
    try (FileChannel channel = FileChannel.open(file)) {
      while (content.hasRemaining() && channel.read(content, from + content.position()) >= 0) {}
    }
    return content.array();
  }

  /** The modelled medium keeps no more of a file. */
  private void requireNothingBehind() throws IOException {
    byte[] rest = read(KEPT_BYTES, GenerationLayout.FILE_BYTES - KEPT_BYTES);
    if (!Arrays.equals(rest, new byte[rest.length])) {
      throw new IllegalStateException("Chronicle wrote behind byte " + KEPT_BYTES);
    }
  }

  @Override
  public void force() {
    disk.flush(firstForced, endForced);
  }

  @Override
  public void close() {
    try {
      if (journal != null) {
        requireNothingBehind();
        journal.close();
        journal = null;
      }
      if (folder != null) {
        remove(folder);
        folder = null;
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
