package dev.lockstep.simulator.mutant;

import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Ports;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.BootPartition;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Keeps what is written to itself: so a mutant learns what is meant to be written. */
final class ScratchBootPartition implements BootPartition {
  private final BootPartition boot;
  private final Map<String, byte[]> written = new HashMap<>();

  ScratchBootPartition(BootPartition boot) {
    this.boot = boot;
  }

  /** Writes the new entry to here, and returns what the outcome would be if all went well. */
  Either<Refusal, Outcome> entry(
      Ports ports, Job job, UUID luksUuid, String oldEntry, String newEntry) throws IOException {
    return new Effects(PortsWith.boot(ports, this)) {
      Either<Refusal, Outcome> written() throws IOException {
        return writeEntry(job, luksUuid, oldEntry, newEntry);
      }
    }.written();
  }

  @Override
  public Option<byte[]> read(String path) throws IOException {
    byte[] own = written.get(path);
    return own == null ? boot.read(path) : Option.some(own);
  }

  @Override
  public void write(String path, byte[] content) {
    written.put(path, content);
  }

  @Override
  public void writeByte(String path, int offsetBytes, byte value) {
    written.get(path)[offsetBytes] = value;
  }

  @Override
  public void sync(String path) {}

  @Override
  public void delete(String path) {}

  @Override
  public void erase(String path) {}

  @Override
  public List<String> list(String folder) throws IOException {
    return boot.list(folder);
  }
}
