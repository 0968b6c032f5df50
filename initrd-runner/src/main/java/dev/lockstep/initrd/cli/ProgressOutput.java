package dev.lockstep.initrd.cli;

import dev.lockstep.initrd.progress.DetachedOutput;
import io.vavr.control.Option;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A descriptor that whoever started us left open for progress. */
record ProgressOutput(Option<PrintStream> stream) implements AutoCloseable {

  /**
   * Opens it.
   *
   * @param descriptor null for none
   * @throws IOException with a sentence, if it is not open or can't be written to
   */
  static ProgressOutput open(Integer descriptor) throws IOException {
    if (descriptor == null) {
      return new ProgressOutput(Option.none());
    }
    Path file = Path.of("/proc/self/fd", descriptor.toString());
    if (descriptor < 0 || !Files.exists(file)) {
      throw new IOException(
          "--progress-fd " + descriptor + " is no open descriptor; open it before the start");
    }
    FileOutputStream out = new FileOutputStream(file.toFile(), true);
    return new ProgressOutput(
        Option.some(new PrintStream(new DetachedOutput(out), true, StandardCharsets.UTF_8)));
  }

  @Override
  public void close() {
    stream.forEach(PrintStream::close);
  }
}
