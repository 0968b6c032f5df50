package dev.lockstep.simulator.mutant;

import dev.lockstep.statemachine.port.BootPartition;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/** A boot partition whose sync of certain files does nothing. */
record DeafBootPartition(BootPartition boot, Predicate<String> deafTo) implements BootPartition {

  @Override
  public Option<byte[]> read(String path) throws IOException {
    return boot.read(path);
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    boot.write(path, content);
  }

  @Override
  public void writeByte(String path, int offsetBytes, byte value) throws IOException {
    boot.writeByte(path, offsetBytes, value);
  }

  @Override
  public void sync(String path) throws IOException {
    if (!deafTo.test(path)) {
      boot.sync(path);
    }
  }

  @Override
  public void delete(String path) throws IOException {
    boot.delete(path);
  }

  @Override
  public void erase(String path) throws IOException {
    boot.erase(path);
  }

  @Override
  public List<String> list(String folder) throws IOException {
    return boot.list(folder);
  }
}
