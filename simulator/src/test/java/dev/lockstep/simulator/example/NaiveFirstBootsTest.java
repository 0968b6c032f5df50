package dev.lockstep.simulator.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.guest.Guest;
import dev.lockstep.simulator.guest.GuestExplorer;
import dev.lockstep.simulator.guest.Loss;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NaiveFirstBootsTest {

  static List<Guest> scripts() {
    return NaiveFirstBoots.all();
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void eachLosesTheDiskAtOnePowerCut(Guest script) {
    GuestExplorer.Result result = NaiveFirstBoots.explorer(script).explore();

    assertThat(result.losses())
        .extracting(Loss::sentence)
        .contains(ScriptedFirstBoot.KEY_GONE, ScriptedFirstBoot.HEAD_GONE);
    assertThat(result.losses()).allSatisfy(loss -> assertThat(loss.cuts()).hasSize(1));
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void everyPlanLeadsThereAgainAndNoElementOfItCanGo(Guest script) {
    GuestExplorer explorer = NaiveFirstBoots.explorer(script);

    for (Loss loss : explorer.explore().losses()) {
      assertThat(explorer.replay(loss.cuts())).as(loss.sentence()).contains(loss.sentence());
      assertThat(loss.withOneElementLess())
          .as(loss.sentence())
          .isNotEmpty()
          .noneMatch(smaller -> explorer.replay(smaller).contains(loss.sentence()));
    }
  }

  @Test
  void bootcsOrderAlsoLosesTheBootWithTheTriggerGoneBeforeTheUnlockArgumentsCame() {
    assertThat(NaiveFirstBoots.explorer(new BootcOrder()).explore().losses())
        .extracting(Loss::sentence)
        .contains(ScriptedFirstBoot.ARGUMENTS_GONE, ScriptedFirstBoot.HALTED);
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void withoutAnyCutEachWorks(Guest script) {
    assertThat(new GuestExplorer(script, 0, 10).explore().losses()).isEmpty();
  }
}
