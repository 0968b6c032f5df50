package dev.lockstep.simulator.esp;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.esp.BootReading.Entry;
import dev.lockstep.statemachine.port.BootPartition;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * The boot partition: a FAT, or a filesystem with a journal, as its disk was formatted.
 *
 * <p><b>The fault contract</b> is that of {@link FatFolder} or {@link JournaledFolder}. A flush is
 * of the whole filesystem. A file that is to be written may find no room, before anything of it is
 * written.
 */
public final class ModelBootPartition implements BootPartition {

  private static final Memo<Fingerprint, SortedMap<String, byte[]>> FILES = new Memo<>(4000);

  private final ModelDisk disk;
  private final BootFolder folder;

  /** Mounts it; a blank disk is a FAT without a file. */
  public ModelBootPartition(ModelDisk disk) {
    this.disk = disk;
    this.folder =
        new JournaledReading(disk::sector).isOne()
            ? new JournaledFolder(disk)
            : new FatFolder(disk);
  }

  /** Makes a filesystem with a journal of it, durably. */
  public static void formatJournaled(ModelDisk disk) {
    JournaledFolder.format(disk);
  }

  /** Every file of an image, torn ones as a reader would get them. */
  public static SortedMap<String, byte[]> files(DiskImage image) {
    return FILES.of(
        image.fingerprint(),
        _ -> Collections.unmodifiableSortedMap(BootReading.of(image::sector).files()));
  }

  /** What a sector is for, for people. */
  public static String place(int sector) {
    if (sector < BootReading.FILES) {
      return "folder entry " + sector;
    }
    if (sector >= JournaledReading.FIRST_COMMIT) {
      return "commit of the filesystem's journal";
    }
    return sector < BootReading.FIRST_DATA
        ? "chain of entry " + (sector - BootReading.FILES)
        : "data";
  }

  /** Where an image has the content of a file; nowhere if it has no such file. */
  public static List<Integer> sectorsOf(DiskImage image, String path) {
    BootReading reading = BootReading.of(image::sector);
    return reading.entries().stream()
        .filter(entry -> entry.name().equals(path))
        .flatMap(entry -> reading.chain(entry.index()).stream())
        .toList();
  }

  @Override
  public Option<byte[]> read(String path) {
    disk.reading();
    return Option.of(files(disk.view()).get(path)).map(byte[]::clone);
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    if (!disk.hasRoom()) {
      throw new IOException("the boot partition is full");
    }
    folder.write(path, content);
  }

  @Override
  public void writeByte(String path, int offsetBytes, byte value) throws IOException {
    Entry entry = find(path).getOrElseThrow(() -> new IOException("there is no " + path));
    int sector = folder.reading().chain(entry.index()).get(offsetBytes / Sector.BYTES);
    byte[] bytes = disk.sector(sector).bytes();
    bytes[offsetBytes % Sector.BYTES] = value;
    disk.write(sector, Sector.of(bytes));
  }

  /** As a boot loader does that counts an entry's tries; durable once the disk is flushed. */
  public void rename(String path, String otherPath) {
    find(path).forEach(entry -> folder.rename(entry, otherPath));
  }

  @Override
  public void sync(String path) {
    disk.flush();
  }

  @Override
  public void delete(String path) {
    disk.reading();
    find(path)
        .forEach(
            entry -> {
              folder.remove(entry);
              disk.flush();
            });
  }

  @Override
  public void erase(String path) {
    disk.reading();
    find(path)
        .forEach(
            entry -> {
              folder
                  .reading()
                  .chain(entry.index())
                  .forEach(sector -> disk.write(sector, Sector.BLANK));
              disk.flush(); // before the name goes: a cut may not leave the content without it
              delete(path);
            });
  }

  @Override
  public List<String> list(String path) {
    String prefix = path + "/";
    disk.reading();
    return files(disk.view()).keySet().stream()
        .filter(name -> name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0)
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  private Option<Entry> find(String path) {
    return Option.ofOptional(
        folder.reading().entries().stream().filter(entry -> entry.name().equals(path)).findFirst());
  }
}
