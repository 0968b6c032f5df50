package dev.lockstep.statemachine.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class InstallTest {

  private static final Install INSTALL = new Install();

  private static InstallPlan plan(String request) {
    return new InstallPlan(
        "a folder",
        Digest.of(request.getBytes(StandardCharsets.UTF_8)),
        1 << 20,
        new InstallPlan.Identifiers(
            new UUID(1, 1), new UUID(2, 2), new UUID(3, 3), new UUID(4, 4), 5, 6),
        List.of(),
        1 << 19);
  }

  private static InstallOutcome outcomeOf(InstallIntent intent) {
    return switch (intent) {
      case InstallIntent.Wipe() -> new InstallOutcome.Wiped();
      case InstallIntent.WritePartitionTable() ->
          new InstallOutcome.PartitionTableWritten(Digest.of(new byte[0]));
      case InstallIntent.MakeRoot() -> new InstallOutcome.RootMade(1);
      case InstallIntent.MakeEsp() -> new InstallOutcome.EspMade("none");
      case InstallIntent.MakeBoot() -> new InstallOutcome.BootMade("os.conf");
    };
  }

  @Test
  void theDiskBecomesBootableWithTheLastStepOnly() {
    InstallPlan asked = plan("one");
    State<InstallPhase, InstallIntent> state = State.in(INSTALL.start());
    List<String> intents = new ArrayList<>();
    while (!(INSTALL.decide(state, asked).get() instanceof Decision.Rest)) {
      switch (INSTALL.decide(state, asked).get()) {
        case Decision.Adopt<InstallIntent, InstallOutcome>(InstallOutcome outcome, String _) ->
            state = State.in(INSTALL.advance(state.phase(), outcome));
        case Decision.Perform<InstallIntent, InstallOutcome>(InstallIntent intent, String _) -> {
          intents.add(intent.getClass().getSimpleName());
          state = State.in(INSTALL.advance(state.phase(), outcomeOf(intent)));
        }
        case Decision.Rest<InstallIntent, InstallOutcome>() -> {}
      }
    }
    assertThat(intents)
        .containsExactly("Wipe", "WritePartitionTable", "MakeRoot", "MakeEsp", "MakeBoot");
  }

  @Test
  void theSameRequestGoesOnWhereItWasCutAndAnotherBeginsAnew() {
    State<InstallPhase, InstallIntent> cut = State.in(new InstallPhase.Partitioned(plan("one")));
    assertThat(INSTALL.decide(cut, plan("one")).get())
        .isEqualTo(new Decision.Perform<>(new InstallIntent.MakeRoot(), "NEXT_IN_ORDER"));
    assertThat(INSTALL.decide(cut, plan("two")).get())
        .isEqualTo(new Decision.Adopt<>(new InstallOutcome.Planned(plan("two")), "REQUESTED"));
  }

  @Test
  void aJournalThatContradictsItselfIsNotFollowed() {
    InstallPhase phase = INSTALL.advance(INSTALL.start(), new InstallOutcome.BootMade("os.conf"));
    assertThat(INSTALL.decide(State.in(phase), plan("one")).getLeft().kind())
        .isEqualTo(Refusal.Kind.JOURNAL);
  }
}
