package dev.lockstep.simulator.real;

import dev.lockstep.initrd.syscall.AttachedLoop;
import dev.lockstep.simulator.demo.FinishedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A command in a process and mount namespace of its own with an empty {@code /run}, as after a
 * boot. When the first process of such a namespace is killed the kernel kills all the others at
 * once (pid_namespaces(7)), daemons with another parent too: the nearest thing to a power cut there
 * is. Core files are allowed, without a limit, so that one that should not be there is found.
 */
final class PoweredMachine implements AutoCloseable {

  /** A dead namespace lets its mounts, and they their loop devices, go a moment later. */
  private static final int LET_GO_STEPS = 20_000;

  /** The first process stays, so that signals reach the command as they would anywhere. */
  private static final String INIT =
      "mount -t tmpfs -o mode=0755 tmpfs /run && ulimit -c unlimited && cd \"$1\" && shift && \"$@\";"
          + " exit $?";

  private final Process unshare;
  private final Path folder;
  private final long begunNanos = System.nanoTime();

  private PoweredMachine(Process unshare, Path folder) {
    this.unshare = unshare;
    this.folder = folder;
  }

  /**
   * Switches it on.
   *
   * @param folder with disk, TPM and key
   * @param words the file for what is said, added to
   */
  static PoweredMachine start(List<String> command, Path folder, Path words) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of("unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"));
    all.addAll(List.of("sh", "-c", INIT, "sh", Files.createDirectories(cores(folder)).toString()));
    all.addAll(command);
    Process process =
        new ProcessBuilder(all)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(words.toFile()))
            .start();
    return new PoweredMachine(process, folder);
  }

  /** The working folder of all processes: where the kernel puts core files. */
  static Path cores(Path folder) {
    return folder.resolve("cores");
  }

  long millisOn() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
  }

  /** Every process of it. */
  List<ProcessHandle> processes() {
    return unshare.descendants().toList();
  }

  /** The command's own process, below the first one. */
  Optional<ProcessHandle> command() {
    return unshare.children().flatMap(ProcessHandle::children).findFirst();
  }

  /** Whether it ended by itself within the time from its start. */
  boolean endsWithin(long millis) throws IOException {
    try {
      return unshare.waitFor(Math.max(0, millis - millisOn()), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  /** All processes end at one instant; returns when the kernel has let go of the disk. */
  void cutPower() throws IOException {
    unshare.children().forEach(ProcessHandle::destroyForcibly);
    if (!endsWithin(millisOn() + 60_000)) {
      throw new IOException("a process does not end after SIGKILL");
    }
    awaitDisk();
  }

  /** Waits until nobody uses the disk any more. */
  void awaitDisk() throws IOException {
    for (int step = 0; !AttachedLoop.on(FinishedFolder.disk(folder)).isEmpty(); step++) {
      if (step > LET_GO_STEPS) {
        throw new IOException("a loop device stays on the disk of a machine without power");
      }
      ProcessTree.pause();
    }
  }

  /** Of the command, once it has ended. */
  int exitCode() {
    return unshare.exitValue();
  }

  /** Leaves nothing running. */
  @Override
  public void close() throws IOException {
    if (unshare.isAlive()) {
      cutPower();
    }
  }
}
