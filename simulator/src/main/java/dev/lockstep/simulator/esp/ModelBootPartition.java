package dev.lockstep.simulator.esp;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.esp.FatReading.Entry;
import dev.lockstep.statemachine.port.BootPartition;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * The boot partition, as FAT is: nothing in it is atomic.
 *
 * <p><b>The fault contract.</b> Data, chain and folder entry of a file are sector writes of their
 * own, and any subset of them may reach the medium before the next flush. Writing over a file
 * truncates it first, so that a cut can leave it empty. A flush is of the whole filesystem. Sectors
 * that no chain holds keep their old bytes, and a new file whose data did not arrive shows them. A
 * file that is to be written may find no room, before anything of it is written. A folder entry
 * does not share its sector with another: a write of one file can't damage another file's entry.
 */
public final class ModelBootPartition implements BootPartition {

  private static final Memo<Fingerprint, SortedMap<String, byte[]>> FILES = new Memo<>(4000);

  private final ModelDisk disk;
  private final FatReading reading;

  public ModelBootPartition(ModelDisk disk) {
    this.disk = disk;
    this.reading = new FatReading(disk::sector);
  }

  /** Every file of an image, torn ones as a reader would get them. */
  public static SortedMap<String, byte[]> files(DiskImage image) {
    return FILES.of(
        image.fingerprint(),
        _ -> Collections.unmodifiableSortedMap(new FatReading(image::sector).files()));
  }

  /** What a sector is for, for people. */
  public static String place(int sector) {
    if (sector < FatReading.FILES) {
      return "folder entry " + sector;
    }
    return sector < FatReading.FIRST_DATA
        ? "chain of entry " + (sector - FatReading.FILES)
        : "data";
  }

  /** Where an image has the content of a file; nowhere if it has no such file. */
  public static List<Integer> sectorsOf(DiskImage image, String path) {
    FatReading reading = new FatReading(image::sector);
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
    Option<Entry> old = find(path);
    int index = old.map(Entry::index).getOrElse(this::freeIndex);
    if (index >= FatReading.FILES) {
      throw new IOException("the boot partition's folder is full");
    }
    disk.write(index, FatReading.entrySector(path, 0)); // truncated, or created empty
    if (old.isDefined()) {
      disk.write(FatReading.FILES + index, FatReading.chainSector(List.of()));
    }
    List<Integer> chain = allocate(index, Math.ceilDiv(content.length, Sector.BYTES));
    for (int piece = 0; piece < chain.size(); piece++) {
      disk.write(chain.get(piece), Sector.of(content, piece * Sector.BYTES));
    }
    disk.write(FatReading.FILES + index, FatReading.chainSector(chain));
    disk.write(index, FatReading.entrySector(path, content.length));
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
              disk.write(entry.index(), FatReading.deleted(disk.sector(entry.index())));
              disk.write(FatReading.FILES + entry.index(), FatReading.chainSector(List.of()));
              disk.flush();
            });
  }

  @Override
  public void erase(String path) {
    disk.reading();
    find(path)
        .forEach(
            entry -> {
              reading.chain(entry.index()).forEach(sector -> disk.write(sector, Sector.BLANK));
              disk.flush(); // before the name goes: a cut may not leave the content without it
              delete(path);
            });
  }

  @Override
  public List<String> list(String folder) {
    String prefix = folder + "/";
    disk.reading();
    return files(disk.view()).keySet().stream()
        .filter(name -> name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0)
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  private Option<Entry> find(String path) {
    return Option.ofOptional(
        reading.entries().stream().filter(entry -> entry.name().equals(path)).findFirst());
  }

  private int freeIndex() {
    BitSet used = new BitSet();
    reading.entries().forEach(entry -> used.set(entry.index()));
    return used.nextClearBit(0);
  }

  /** The first sectors that no other file has. */
  private List<Integer> allocate(int forIndex, int count) throws IOException {
    BitSet used = new BitSet();
    for (Entry entry : reading.entries()) {
      if (entry.index() != forIndex) {
        reading.chain(entry.index()).forEach(used::set);
      }
    }
    List<Integer> chain = new ArrayList<>();
    int next = FatReading.FIRST_DATA;
    while (chain.size() < count) {
      next = used.nextClearBit(next);
      if (next >= FatReading.FIRST_DATA + FatReading.DATA_SECTORS) {
        throw new IOException("the boot partition is full");
      }
      chain.add(next++);
    }
    return chain;
  }
}
