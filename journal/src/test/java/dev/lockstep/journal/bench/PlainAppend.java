package dev.lockstep.journal.bench;

import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.MediumChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Appends to a file of zeroes with one write and one force, the way it is measured against. */
final class PlainAppend implements AutoCloseable {
  private final FileChannel file;
  private final Optional<MediumChannel> readBack;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
  private int end;

  private PlainAppend(FileChannel file, Optional<MediumChannel> readBack) {
    this.file = file;
    this.readBack = readBack;
  }

  static PlainAppend create(Path path, boolean withReadBack) throws IOException {
    FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    ByteBuffer zeroes = ByteBuffer.allocateDirect(4096);
    for (int at = 0; at < GenerationLayout.FILE_BYTES; at += zeroes.capacity()) {
      file.write(zeroes.clear(), at);
    }
    file.force(true);
    return new PlainAppend(
        file, withReadBack ? Optional.of(MediumChannel.open(path)) : Optional.empty());
  }

  void append(byte[] bytes) throws IOException {
    file.write(buffer.clear().put(bytes).flip(), end);
    file.force(true);
    if (readBack.isPresent() && !readBack.get().holds(end, bytes)) {
      throw new IOException("the medium gave back other bytes");
    }
    end += bytes.length;
  }

  @Override
  public void close() throws IOException {
    file.close();
    if (readBack.isPresent()) {
      readBack.get().close();
    }
  }
}
