package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cut took the last record of an install alone: the disk boots, and nobody knows it. */
class BootedBeforeInstallEndedTest {

  @TempDir private Path folder;
  private InstalledImage image;
  private Path kept;

  @BeforeEach
  void install() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs loop mounts and a mount");
    image = new InstalledImage(folder);
    kept = folder.resolve("kept");
    Ending ending =
        image.install(
            InstalledImage.SIZE_BYTES,
            (event, _) -> {
              if (event
                  instanceof
                  Event.Intended<InstallIntent, InstallOutcome>(
                      InstallIntent.MakeBoot _,
                      String _)) {
                copy(WorkFolder.beside(image.disk()).folder(), kept);
              }
            });
    assertThat(ending).isEqualTo(new Ending.Finished());
  }

  private static void copy(Path from, Path to) {
    try {
      Process copying = new ProcessBuilder("cp", "-a", from.toString(), to.toString()).start();
      assertThat(copying.waitFor()).isZero();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  private void loseLastRecord() {
    copy(kept, WorkFolder.beside(image.disk()).folder());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Convert", "RetireEntry"})
  void whatTheFirstBootHasOnTheBootPartitionIsNotWrittenOver(String intent) throws Exception {
    assertThatThrownBy(() -> image.firstBootCutAfter(intent))
        .isInstanceOf(InstalledImage.PowerCut.class);
    loseLastRecord();
    Path before = copyOfDisk();

    assertThat(image.install(InstalledImage.SIZE_BYTES))
        .isInstanceOfSatisfying(
            Ending.Stopped.class,
            stopped -> assertThat(stopped.refusal().sentence()).contains("booted since", "remove"));

    assertThat(Files.mismatch(image.disk(), before)).isEqualTo(-1);
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
  }

  private Path copyOfDisk() {
    Path copy = folder.resolve("before.img");
    copy(image.disk(), copy);
    return copy;
  }

  @Test
  void whereNobodyHasBootedItTheInstallIsEnded() throws Exception {
    loseLastRecord();

    assertThat(image.install(InstalledImage.SIZE_BYTES)).isEqualTo(new Ending.Finished());
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
  }
}
