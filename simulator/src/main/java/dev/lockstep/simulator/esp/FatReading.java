package dev.lockstep.simulator.esp;

import dev.lockstep.simulator.disk.Sector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A FAT as its sectors tell it, whole or torn.
 *
 * <pre>
 *   sector 0            FILES          2 × FILES
 *          |------------|--------------|------------------------------|
 *          | a folder   | a chain of   | data                         |
 *          | entry each | clusters each|                              |
 *          |------------|--------------|------------------------------|
 *   folder entry: | 'F' or 0xE5 | u32 size in bytes | u16 name length | name |
 *   chain:        | u16 count | u16 sector × count |
 * </pre>
 *
 * <p>A folder entry without its chain, or the other way round, is what a cut leaves; a file ends
 * where the shorter of the two does.
 */
record FatReading(IntFunction<Sector> sectors) implements BootReading {

  private static final byte PRESENT = 'F';
  private static final byte DELETED = (byte) 0xE5;

  @Override
  public List<Entry> entries() {
    List<Entry> found = new ArrayList<>();
    for (int index = 0; index < FILES; index++) {
      Sector sector = sectors.apply(index);
      if (sector.at(0) == PRESENT) {
        ByteBuffer bytes = ByteBuffer.wrap(sector.bytes()).position(1);
        int sizeBytes = bytes.getInt();
        byte[] name = new byte[bytes.getShort()];
        bytes.get(name);
        found.add(new Entry(index, new String(name, StandardCharsets.UTF_8), sizeBytes));
      }
    }
    return found;
  }

  @Override
  public List<Integer> chain(int index) {
    ByteBuffer bytes = ByteBuffer.wrap(sectors.apply(FILES + index).bytes());
    List<Integer> chain = new ArrayList<>();
    for (int left = bytes.getShort(); left > 0; left--) {
      chain.add((int) bytes.getShort());
    }
    return chain;
  }

  static Sector entrySector(String name, int sizeBytes) {
    byte[] letters = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(Sector.BYTES);
    bytes.put(PRESENT).putInt(sizeBytes).putShort((short) letters.length).put(letters);
    return Sector.of(bytes.array());
  }

  static Sector deleted(Sector entry) {
    byte[] bytes = entry.bytes();
    bytes[0] = DELETED;
    return Sector.of(bytes);
  }

  static Sector chainSector(List<Integer> chain) {
    ByteBuffer bytes = ByteBuffer.allocate(Sector.BYTES);
    bytes.putShort((short) chain.size());
    chain.forEach(sector -> bytes.putShort(sector.shortValue()));
    return Sector.of(bytes.array());
  }
}
