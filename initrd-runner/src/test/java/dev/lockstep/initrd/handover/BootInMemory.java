package dev.lockstep.initrd.handover;

import dev.lockstep.statemachine.port.BootPartition;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A boot partition that remembers what was synced. */
final class BootInMemory implements BootPartition {
  final Map<String, byte[]> files = new HashMap<>();
  final List<String> synced = new ArrayList<>();

  @Override
  public Option<byte[]> read(String path) {
    return Option.of(files.get(path));
  }

  @Override
  public void write(String path, byte[] content) {
    files.put(path, content.clone());
  }

  @Override
  public void writeByte(String path, int offsetBytes, byte value) {
    files.get(path)[offsetBytes] = value;
  }

  @Override
  public void sync(String path) {
    synced.add(path);
  }

  @Override
  public void delete(String path) {
    files.remove(path);
  }

  @Override
  public void erase(String path) {
    files.remove(path);
  }

  @Override
  public List<String> list(String folder) {
    return List.of();
  }
}
