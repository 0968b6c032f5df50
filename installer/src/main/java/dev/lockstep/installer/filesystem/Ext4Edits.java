package dev.lockstep.installer.filesystem;

import dev.lockstep.installer.source.Owner;
import io.vavr.control.Either;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes to an unmounted ext4 filesystem, as a debugfs script: no mount and no root needed.
 * debugfs exits with 0 whatever happens, so its words are read; and its {@code rm} leaves the
 * extended-attribute block of a file allocated (1.47.0), so {@code e2fsck -p} follows.
 */
final class Ext4Edits {
  private final List<String> script = new ArrayList<>();
  private final Tools tools;
  private long untouchedFrom = 1;
  private long untouchedTo;

  Ext4Edits(Tools tools) {
    this.tools = tools;
  }

  /** Takes a file away. */
  Ext4Edits remove(String path) {
    FileToInstall.requireSafe(path);
    return add("rm \"" + path + "\"");
  }

  /** Takes an empty directory away. */
  Ext4Edits removeDirectory(String path) {
    FileToInstall.requireSafe(path);
    return add("rmdir \"" + path + "\"");
  }

  Ext4Edits makeDirectory(String path, int mode) {
    FileToInstall.requireSafe(path);
    add("mkdir \"" + path + "\"");
    return attributes(path, new Owner(040000 | mode, 0, 0));
  }

  /**
   * Puts a file in; with every block allocated, even those of zeros, which debugfs would leave as
   * holes.
   */
  Ext4Edits write(FileToInstall file) throws IOException {
    FileToInstall.requireSafe(file.content().toAbsolutePath().toString());
    add("write \"" + file.content().toAbsolutePath() + "\" \"" + file.path() + "\"");
    long blocks = (Files.size(file.content()) + Ext4Image.BLOCK_BYTES - 1) / Ext4Image.BLOCK_BYTES;
    if (blocks > 0) {
      add("fallocate \"" + file.path() + "\" 0 " + (blocks - 1));
    }
    return attributes(file.path(), new Owner(0100000 | file.mode(), 0, 0));
  }

  /** Sets type, permissions and owner. */
  Ext4Edits attributes(String path, Owner owner) {
    set(path, "mode", "0" + Integer.toOctalString(owner.mode()));
    set(path, "uid", String.valueOf(owner.uid()));
    return set(path, "gid", String.valueOf(owner.gid()));
  }

  Ext4Edits modified(String path, Instant time) {
    return set(path, "mtime", "@" + time.getEpochSecond());
  }

  /**
   * Sets the times that reading or copying a source disturbs (access, change) of the inodes {@code
   * first} to {@code last}, before any other edit: two installations of one tree would differ
   * otherwise.
   */
  Ext4Edits withoutTracesOfReading(long first, long last) {
    untouchedFrom = first;
    untouchedTo = last;
    return this;
  }

  /** Runs the script, then checks the filesystem. */
  Either<String, Tools.Output> apply(Path image) throws IOException {
    Path file = Files.createTempFile(tools.workDirectory(), "edits-", ".debugfs");
    try {
      writeScript(file);
      Either<String, Tools.Output> edited =
          tools
              .run(List.of("debugfs", "-w", "-f", file.toString(), image.toString()))
              .flatMap(Ext4Edits::withoutComplaint);
      return edited.isLeft() ? edited : Ext4Image.check(tools, image);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void writeScript(Path file) throws IOException {
    String time = " @" + tools.timestamp().getEpochSecond() + "\n";
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (long inode = untouchedFrom; inode <= untouchedTo; inode++) {
        out.write("sif <" + inode + "> atime" + time + "sif <" + inode + "> ctime" + time);
      }
      for (String line : script) {
        out.write(line + "\n");
      }
    }
  }

  private static Either<String, Tools.Output> withoutComplaint(Tools.Output output) {
    return output
        .complained()
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("debugfs 1."))
        .findFirst()
        .<Either<String, Tools.Output>>map(
            line -> Either.left("debugfs could not change the filesystem: " + line.strip()))
        .orElseGet(() -> Either.right(output));
  }

  private Ext4Edits set(String path, String field, String value) {
    return add("sif \"" + path + "\" " + field + " " + value);
  }

  private Ext4Edits add(String line) {
    script.add(line);
    return this;
  }
}
