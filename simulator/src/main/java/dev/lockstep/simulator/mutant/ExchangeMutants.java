package dev.lockstep.simulator.mutant;

import static dev.lockstep.simulator.explore.Scenario.TPM_EXCHANGE;

import dev.lockstep.statemachine.firstboot.Case;
import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Decision.Adopt;
import dev.lockstep.statemachine.machine.Decision.Perform;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import io.vavr.control.Either;
import java.io.IOException;
import java.util.List;

/** Mistakes with a finished machine that has another TPM. */
final class ExchangeMutants {

  private ExchangeMutants() {}

  static List<Mutant> all() {
    return List.of(addedAgain(), earlierRemovedFirst());
  }

  /** Of this project, found when the model learned of key slots that are set aside. */
  private static Mutant addedAgain() {
    ChangedDecision.Change again =
        (decided, _, _) ->
            decided instanceof Adopt<Intent, Outcome>(Outcome.TpmAdded _, String _)
                ? new Perform<>(new Intent.AddTpm(), Case.TPM_EXCHANGED.name())
                : decided;
    return Mutant.deciding(
            "tpm-added-again",
            "a TPM that is found enrolled is enrolled once more, until no key slot is free",
            machine -> new ChangedDecision(machine, again))
        .shownIn(TPM_EXCHANGE);
  }

  private static Mutant earlierRemovedFirst() {
    return Mutant.doing(
            "earlier-tpm-removed-first",
            "the earlier TPM's slot goes before the present one has its own",
            ports ->
                new Effects(ports) {
                  @Override
                  protected Either<Refusal, Outcome> addTpm(Job job)
                      throws IOException, KeyRefused {
                    ports.luks().setTpmAside();
                    ports.luks().removeTpmSetAside();
                    return super.addTpm(job);
                  }
                })
        .shownIn(TPM_EXCHANGE);
  }
}
