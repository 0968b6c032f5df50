package dev.lockstep.simulator.fidelity;

import dev.lockstep.initrd.syscall.LoopDevice;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The real libcryptsetup taken through the {@link Step}s on a loop device, recorded by strace.
 *
 * <p>Only calls on that device and on the files that mark the steps are traced, and nothing of what
 * is written is kept. The first process is killed at the entry of the second flush of a hot zone's
 * data, before the kernel carries it out.
 */
final class LibraryFlow {

  private static final int LIMIT_MINUTES = 2;
  private static final int MAX_LINES = 100_000;

  private final Path folder;
  private final String device;

  private LibraryFlow(Path folder, String device) {
    this.folder = folder;
    this.device = device;
  }

  /**
   * Records.
   *
   * @param folder empty, on a filesystem with room for 100 MiB
   */
  static Flow recorded(Path folder) throws IOException {
    Path disk = folder.resolve("disk");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      byte[] zone = new byte[Math.toIntExact(VolumeMap.REAL.shift())];
      Random content = new Random(1);
      for (int at = 0; at < VolumeMap.REAL.zones(); at++) {
        content.nextBytes(zone);
        file.write(zone);
      }
      file.setLength(VolumeMap.REAL.window());
    }
    try (LoopDevice loop = LoopDevice.attachDirect(disk, LoopDevice.Window.WHOLE)) {
      return new LibraryFlow(folder, loop.path().toString()).recorded();
    }
  }

  private Flow recorded() throws IOException {
    LibraryLog log = new LibraryLog(device);
    Path cut =
        trace(
            List.of("-e", "inject=fdatasync:signal=KILL:when=2"),
            Step.INITIALISE,
            Step.CONVERT_UNTIL_CUT,
            false);
    Path uncut = trace(List.of(), Step.REPAIR, Step.SET_TOKEN, true);
    for (Path trace : List.of(cut, uncut)) {
      List<String> lines = Files.readAllLines(trace, StandardCharsets.ISO_8859_1);
      if (lines.size() > MAX_LINES) {
        throw new IOException("libcryptsetup makes more calls than can be recorded");
      }
      for (String line : lines) {
        log.hear(line);
      }
    }
    return new Flow(VolumeMap.REAL, log.acts());
  }

  private Path trace(List<String> injection, Step first, Step last, boolean ends)
      throws IOException {
    Path trace = folder.resolve("strace-" + first);
    Path words = folder.resolve("words-" + first);
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-y", "-s", "0"));
    command.addAll(List.of("-o", trace.toString(), "-e", "trace=%desc", "-P", device));
    for (Step step : Step.values()) {
      command.addAll(List.of("-P", folder.resolve(step.name()).toString()));
    }
    command.addAll(List.of("-P", folder.resolve(LibraryScript.PREPARATION).toString()));
    command.addAll(injection);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(LibraryScript.class.getName(), folder.toString(), device));
    command.addAll(List.of(first.name(), last.name()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(words.toFile())
            .start();
    if (ended(process) == 0 != ends) {
      throw new IOException(
          "libcryptsetup's steps did not end as they should: "
              + Files.readString(words, StandardCharsets.ISO_8859_1).strip());
    }
    return trace;
  }

  private static int ended(Process process) throws IOException {
    try {
      if (process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        return process.exitValue();
      }
      throw new IOException("libcryptsetup's steps do not end");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
