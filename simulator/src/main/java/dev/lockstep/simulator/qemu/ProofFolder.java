package dev.lockstep.simulator.qemu;

import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.HostTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where a proof keeps its machine. A folder that holds something else is never touched. */
final class ProofFolder {

  private static final String MARKER = ".lockstep-boot-proof";

  private ProofFolder() {}

  /** Empty but for the marker. */
  static Path emptied(Path wished) throws IOException, DemoFailed {
    Path folder = Files.createDirectories(wished).toRealPath();
    if (folder.toString().indexOf(',') >= 0) {
      throw DemoFailed.refused(
          "--dir %s: QEMU and swtpm can't take a folder with a comma in its name."
              .formatted(folder));
    }
    List<Path> held;
    try (Stream<Path> all = Files.list(folder)) {
      held = all.toList();
    }
    if (!held.isEmpty() && !Files.isRegularFile(folder.resolve(MARKER))) {
      throw DemoFailed.refused(
          "--dir %s is not empty and no proof made it; name another, or an empty one."
              .formatted(folder));
    }
    for (Path each : held) {
      if (!each.getFileName().toString().equals(MARKER)) {
        HostTool gone = HostTool.run(List.of("rm", "-rf", "--one-file-system", each.toString()));
        if (gone.exitCode() != 0) {
          throw DemoFailed.refused(each + " can't be removed: " + gone.firstLine());
        }
      }
    }
    Files.writeString(folder.resolve(MARKER), "Made by lockstep simulate boot.\n");
    return folder;
  }
}
