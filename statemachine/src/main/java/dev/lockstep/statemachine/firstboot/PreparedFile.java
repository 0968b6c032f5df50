package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.io.IOException;

/** The files beside the journal. None counts until the journal holds its digest. */
public enum PreparedFile {
  SEALED_KEY("lockstep/conversion-key.sealed"),
  PREPARED_HEADER("lockstep/header.prepared"),
  INITIALISED_HEADER("lockstep/header.initialised");

  private final String path;

  PreparedFile(String path) {
    this.path = path;
  }

  public String path() {
    return path;
  }

  /** For a look before each step. */
  Option<Digest> digest(BootPartition boot) throws IOException {
    return boot.digest(path);
  }

  /** Durable and read back when it returns. */
  Digest write(BootPartition boot, byte[] content) throws IOException {
    boot.write(path, content);
    boot.sync(path); // before the outcome: a digest in the journal means the file is on the medium
    Digest wanted = Digest.of(content);
    if (!boot.digest(path).contains(wanted)) { // from the medium: a write forgets what was known
      throw new IOException(path + " reads back otherwise than it was written");
    }
    return wanted;
  }

  /** The content that the journal vouches for. */
  byte[] read(BootPartition boot, Digest vouched) throws IOException {
    byte[] content =
        boot.read(path).getOrElseThrow(() -> new IOException(path + " is not there any more"));
    if (!Digest.of(content).equals(vouched)) {
      throw new IOException(path + " is not what the journal says");
    }
    return content;
  }
}
