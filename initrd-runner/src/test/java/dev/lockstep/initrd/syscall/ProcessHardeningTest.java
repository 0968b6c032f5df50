package dev.lockstep.initrd.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** In a process of its own: these settings are for good. */
class ProcessHardeningTest {
  @Test
  void aHardenedProcessAndItsToolsLeaveNoCoreFileAndAllItsMemoryIsLocked() throws Exception {
    Process hardened =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Hardened.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(hardened.inputReader().lines())
        .containsExactly("0", "locked", "Max core file size 1 1 bytes");
    assertThat(hardened.waitFor()).isZero();
  }

  static final class Hardened {
    public static void main(String[] arguments) throws Exception {
      ProcessHardening.lockAllMemory();
      long locked =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("VmLck:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum();
      ProcessHardening.forbidCoreFiles();
      System.out.println(ProcessHardening.coreFilesAllowed() ? 1 : 0);
      System.out.println(locked > 1024 ? "locked" : "not locked: " + locked);
      // as a tool that is given a key inherits it
      Process tool = new ProcessBuilder("grep", "core", "/proc/self/limits").start();
      System.out.println(tool.inputReader().readLine().strip().replaceAll(" +", " "));
    }
  }
}
