package dev.lockstep.initrd.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A TPM is waited for where there is one to come, and nowhere else. */
class LateTpmTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path folder;

  private LateTpm tpm(Duration patience) {
    return new LateTpm(folder.resolve("TPM2"), folder.resolve("tpmrm0"), patience);
  }

  @Test
  void whereTheFirmwareHasNoneNobodyWaits() throws Exception {
    long began = System.nanoTime();
    assertThat(tpm(LONG).await()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONG.dividedBy(2));
  }

  @Test
  void oneThatIsSlowToAppearIsWaitedFor() throws Exception {
    Files.createFile(folder.resolve("TPM2"));
    assertThat(tpm(Duration.ZERO).await()).isFalse();
    Thread driver =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Thread.sleep(300);
                    Files.createFile(folder.resolve("tpmrm0"));
                  } catch (Exception failed) {
                    throw new AssertionError(failed);
                  }
                });
    assertThat(tpm(LONG).await()).isTrue();
    driver.join();
    assertThat(tpm(Duration.ZERO).await()).isTrue();
  }
}
