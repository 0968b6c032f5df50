package dev.lockstep.initrd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** In a process of its own: it is sent a signal. */
class StopSignalTest {

  private static final int SAFE_POINT = 10;

  @Test
  void whatRunsWhenTheSignalComesGoesOnToItsSafePointAsIfNothingHadHappened() throws Exception {
    Process listener =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Listener.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = listener.inputReader()) {
      assertThat(said.readLine()).isEqualTo("listening");
      listener.toHandle().destroy(); // SIGTERM
      assertThat(said.readLine()).isEqualTo("library used");
    }
    assertThat(listener.waitFor()).isEqualTo(SAFE_POINT);
  }

  static final class Listener {
    public static void main(String[] arguments) throws InterruptedException {
      StopSignal.listen();
      System.out.println("listening");
      while (!StopSignal.requested()) {
        Thread.sleep(1);
      }
      System.out.println(Library.WORD);
      System.exit(SAFE_POINT);
    }
  }

  /** Used for the first time after the signal, like many classes of a library. */
  private static final class Library {
    private static final String WORD;

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {}));
      WORD = "library used";
    }
  }
}
