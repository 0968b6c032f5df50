package dev.lockstep.initrd.tpm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A runner in a process of its own that starts a TPM, says its process id, and waits to be killed.
 */
final class AbandonedRunner {
  private AbandonedRunner() {}

  static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(AbandonedRunner.class.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  public static void main(String[] arguments) throws IOException {
    SoftwareTpm tpm =
        SoftwareTpm.start(Path.of(arguments[0]), Firmware.DEFAULT)
            .getOrElseThrow(failure -> new IllegalStateException(failure.message()));
    System.out.println(tpm.pid());
    if (arguments.length > 1) {
      Command.of("sh", "-c", "while :; do sleep 1; done", arguments[1]).run();
    }
    System.in.read();
  }
}
