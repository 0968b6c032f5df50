package dev.lockstep.simulator.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.explore.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstallExplorerTest {

  @Test
  void noNumberOfCutsAndChangesOfMindStartsHalfASystem() {
    InstallExplorer.Result result = new InstallExplorer(InstallMistake.NONE).explore();

    assertThat(result.violation()).isEmpty();
    assertThat(result.tally().fixpoint()).isTrue();
    assertThat(result.tally().states()).isGreaterThan(1000);
    assertThat(result.tally().mostCuts()).isGreaterThan(4);
  }

  @ParameterizedTest
  @CsvSource({
    "INSTALL_UNFLUSHED, StartsWhole",
    "INSTALL_BOOT_BEFORE_ROOT, StartsWhole",
    "INSTALL_UNWIPED, StartsWhole",
    "INSTALL_SIGNATURE_LEFT, AsPlanned",
    "INSTALL_BOOT_IN_ONE_GO, StartsWhole",
    "INSTALL_WIPE_IN_ONE_GO, StartsWhole",
    "INSTALL_OTHER_REQUEST_GOES_ON, ConvergesWithin(1)",
  })
  void everyMistakeIsCaught(InstallMistake mistake, String invariant) {
    assertThat(new InstallExplorer(mistake).explore().violation().map(Violation::invariant))
        .containsExactly(invariant);
  }

  @Test
  void noMistakeIsLeftOutOfTheCatalogue() {
    assertThat(InstallMistake.mutants())
        .hasSize(InstallMistake.values().length - 1)
        .extracting(InstallMistake::title)
        .containsAll(
            List.of(
                "install-boot-before-root", "install-unflushed", "install-other-request-goes-on"));
  }
}
