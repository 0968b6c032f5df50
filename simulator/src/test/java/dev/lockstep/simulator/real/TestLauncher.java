package dev.lockstep.simulator.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** What stands in for the launcher in a test. */
final class TestLauncher {

  private TestLauncher() {}

  /** As the launcher starts the runner, with the classes of this build. */
  static Path in(Path folder) throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve(".mvn"))) {
      root = root.getParent();
    }
    String script =
        """
        #!/bin/sh
        exec "%s/bin/java" "@%s" -XX:+UseSerialGC -cp "%s" dev.lockstep.initrd.cli.RunnerMain "$@"
        """
            .formatted(
                System.getProperty("java.home"),
                root.resolve(".mvn/lockstep-jvm-flags"),
                System.getProperty("java.class.path"));
    Path launcher = folder.resolve("lockstep");
    Files.writeString(launcher, script);
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    return launcher;
  }
}
