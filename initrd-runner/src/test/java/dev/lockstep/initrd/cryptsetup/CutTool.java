package dev.lockstep.initrd.cryptsetup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The real command-line tool converting a disk, killed by strace at one of its fsyncs. */
final class CutTool {
  static final String KEY = "conversion";

  /** Of some 30 that a conversion of 64 MiB makes. */
  private static final int FIRST_OF_THE_LAST_FSYNCS = 22;

  private final Path folder;
  private final VolumeFixture fixture;
  private final Path keyFile;
  private final Path pristine;

  CutTool(Path folder, VolumeFixture fixture) throws IOException {
    for (String tool : List.of("strace", "cryptsetup")) {
      Assumptions.assumeTrue(isInstalled(tool), tool + " is not installed");
    }
    this.folder = folder;
    this.fixture = fixture;
    keyFile = Files.writeString(folder.resolve("key"), KEY);
    pristine = Files.copy(fixture.disk, folder.resolve("pristine.img"));
  }

  /** Converts the pristine disk with the tool; false when it finished before that fsync. */
  boolean killedAtFsync(int number) throws Exception {
    Files.copy(pristine, fixture.disk, StandardCopyOption.REPLACE_EXISTING);
    List<String> command = new ArrayList<>();
    command.addAll(List.of("strace", "-f", "-o", "/dev/null", "-e", "trace=fsync"));
    command.addAll(List.of("-e", "inject=fsync:signal=KILL:when=" + number));
    command.addAll(List.of("cryptsetup", "reencrypt", "--encrypt", "--type", "luks2", "-q"));
    command.addAll(List.of("--reduce-device-size", "32M", "--force-offline-reencrypt"));
    command.addAll(List.of("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"));
    command.addAll(List.of("--key-file", keyFile.toString(), fixture.disk.toString()));
    return run(command).isEmpty();
  }

  /** A cut that leaves a converted volume not finalised: one of the last fsyncs. */
  Luks2State.ConvertedNotFinalised makeStuck() throws Exception {
    for (int cut = FIRST_OF_THE_LAST_FSYNCS; killedAtFsync(cut); cut++) {
      if (VolumeFixture.state(fixture.disk) instanceof Luks2State.ConvertedNotFinalised stuck) {
        return stuck;
      }
    }
    throw new AssertionError("none of the last fsyncs leaves a volume that is not finalised");
  }

  String dump() throws Exception {
    List<String> command = List.of("cryptsetup", "luksDump", fixture.disk.toString());
    return run(command).orElseThrow(() -> new AssertionError(command + " failed"));
  }

  private static boolean isInstalled(String tool) {
    return List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin").stream()
        .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
  }

  /** Its output, or nothing when it failed or was killed. */
  private Optional<String> run(List<String> command) throws Exception {
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " takes too long");
    }
    return process.exitValue() == 0 ? Optional.of(Files.readString(output)) : Optional.empty();
  }
}
