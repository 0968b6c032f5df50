package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;

/**
 * Digests of files that this run has read from the medium before. A prepared header has 16 MiB and
 * is looked at before each of some ten steps; it is read again as soon as the kernel says that
 * anything about it changed. Whatever uses a file's content reads and digests it afresh.
 */
final class FileDigests {

  /** What tells a file from any other, and from itself after a change (stat(2)). */
  private record Version(Object inode, FileTime changed, long sizeBytes) {
    static Version of(Path file) throws IOException {
      Map<String, Object> told =
          Files.readAttributes(file, "unix:ino,ctime,size", LinkOption.NOFOLLOW_LINKS);
      return new Version(told.get("ino"), (FileTime) told.get("ctime"), (long) told.get("size"));
    }
  }

  private record Known(Version version, Digest digest) {}

  /** Reads the content past the page cache, and digests it. */
  @FunctionalInterface
  interface Content {
    Digest digest() throws IOException;
  }

  private final Map<Path, Known> known = new HashMap<>();

  /** None where there is no such regular file. */
  Option<Digest> of(Path file, Content content) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Option.none();
    }
    Version before = Version.of(file);
    Known last = known.get(file);
    if (last != null && last.version().equals(before)) {
      return Option.some(last.digest());
    }
    Digest digest = content.digest();
    if (Version.of(file).equals(before)) {
      known.put(file, new Known(before, digest));
    }
    return Option.some(digest);
  }

  /** The clock of the kernel's times is coarse: what we changed ourselves is forgotten at once. */
  void forget(Path file) {
    known.remove(file);
  }
}
