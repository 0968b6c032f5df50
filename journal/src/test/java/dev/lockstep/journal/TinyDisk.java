package dev.lockstep.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Small filesystems to fill up or break, mounted for one test. Needs root and mkfs.ext4. */
public final class TinyDisk implements AutoCloseable {
  private final List<Path> mounted = new ArrayList<>();

  public TinyDisk() throws IOException {
    assumeTrue(
        Files.exists(Path.of("/proc/self/mem")) && "root".equals(System.getProperty("user.name")),
        "mounting a filesystem needs root");
    assumeTrue(Files.isExecutable(Path.of("/sbin/mkfs.ext4")), "mkfs.ext4 (e2fsprogs) is needed");
  }

  /** An ext4 filesystem in the file {@code image}, on a loop device. */
  public Path ext4(Path image, int kibibytes, Path at) throws IOException {
    run("truncate", "-s", kibibytes + "K", image.toString());
    run("/sbin/mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
    return mount(at, "-o", "loop", image.toString());
  }

  /** A filesystem in memory. */
  public Path tmpfs(int kibibytes, Path at) throws IOException {
    return mount(at, "-t", "tmpfs", "-o", "size=" + kibibytes + "k", "tmpfs");
  }

  /** Mounts what the options say, until this is closed. */
  public Path mount(Path at, String... what) throws IOException {
    Files.createDirectories(at);
    List<String> command = new ArrayList<>(List.of("mount"));
    Collections.addAll(command, what);
    command.add(at.toString());
    run(command.toArray(String[]::new));
    mounted.addFirst(at);
    return at;
  }

  /** Takes all room there is, down to the last block. */
  public static void fill(Path folder) throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream filler = Files.newOutputStream(folder.resolve("filler"))) {
      for (long written = 0;
          written < 2 * Files.getFileStore(folder).getTotalSpace();
          written += 4096) {
        filler.write(block);
      }
      throw new AssertionError(folder + " takes more than its size");
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  /** Runs a tool to its end; anything but success is an exception with what it said. */
  public static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }

  @Override
  public void close() throws IOException {
    for (Path at : mounted) {
      run("umount", "-l", at.toString());
    }
  }
}
