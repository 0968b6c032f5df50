package dev.lockstep.statemachine.port;

import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;

/**
 * The small unencrypted filesystem that holds kernel, boot entries, journal and what is prepared
 * beside it. It may be FAT: nothing here is atomic, and a rename is no help. So a file counts only
 * when the journal knows its digest.
 *
 * <p>Paths are relative to the partition's root, with {@code /}.
 */
public interface BootPartition {

  /** The file's content; none if there is no such file. */
  Option<byte[]> read(String path) throws IOException;

  /**
   * The digest of the file's content, as a run that keeps asking sees it: content that was read
   * once need not be read again while nobody has changed it. The first one after a {@link #write}
   * is of what is on the medium, and so proves it.
   */
  default Option<Digest> digest(String path) throws IOException {
    return read(path).map(Digest::of);
  }

  /** Creates or replaces the file. Durable only after {@link #sync}. */
  void write(String path, byte[] content) throws IOException;

  /**
   * Gives one byte of a file another value where it lies: a single sector is written, and a cut
   * leaves it as it was or as it is to be, whatever filesystem it is. Durable only after {@link
   * #sync}.
   */
  void writeByte(String path, int offsetBytes, byte value) throws IOException;

  /** Content, size and name of the file, and the whole filesystem, are on the medium. */
  void sync(String path) throws IOException;

  /** Removes the name, durably; nothing if there is no such file. */
  void delete(String path) throws IOException;

  /** Overwrites the content durably, then deletes; nothing if there is no such file. */
  void erase(String path) throws IOException;

  /** File names, not paths, in no order; empty if there is no such folder. */
  List<String> list(String folder) throws IOException;
}
