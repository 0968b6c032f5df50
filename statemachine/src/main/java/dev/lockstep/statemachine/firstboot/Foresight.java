package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks.Discovery;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.TpmIdentity;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What lies ahead if nothing comes between: the real machine, driven over a world in which each
 * effect succeeds. The plan that an operator is shown and the transition table both come from here.
 */
public final class Foresight {

  /**
   * One step ahead.
   *
   * @param intent none where only something seen is recorded
   */
  public record Step(Phase from, Option<Intent> intent, Outcome outcome, Phase to) {}

  private static final Digest ANY = Digest.of("foreseen".getBytes(StandardCharsets.UTF_8));

  private final FirstBoot machine = new FirstBoot();
  private final Observation now;

  /** Of the finished volume; one that was taken over gets its missing ones by and by. */
  private final Set<Slot> slots;

  private Foresight(Observation now) {
    this.now = now;
    this.slots = EnumSet.noneOf(Slot.class);
    this.slots.addAll(
        now.discovery().map(Discovery::slots).getOrElse(() -> EnumSet.allOf(Slot.class)));
  }

  /** All steps from here to the end; on the left why not even the first can be made. */
  public static Either<Refusal, List<Step>> of(State<Phase, Intent> state, Observation now) {
    return new Foresight(now).ahead(state);
  }

  private Either<Refusal, List<Step>> ahead(State<Phase, Intent> begun) {
    List<Step> steps = new ArrayList<>();
    State<Phase, Intent> state = begun;
    Observation seen = now;
    while (true) {
      Either<Refusal, Decision<Intent, Outcome>> decision = machine.decide(state, seen);
      if (decision.isLeft()) {
        return steps.isEmpty() ? Either.left(decision.getLeft()) : Either.right(steps);
      }
      Phase from = state.phase();
      Option<Step> step =
          switch (decision.get()) {
            case Decision.Rest<Intent, Outcome>() -> Option.none();
            case Decision.Adopt<Intent, Outcome>(Outcome outcome, String _) ->
                Option.some(new Step(from, Option.none(), outcome, machine.advance(from, outcome)));
            case Decision.Perform<Intent, Outcome>(Intent intent, String _) -> {
              Outcome outcome = outcome(intent, from);
              yield Option.some(
                  new Step(from, Option.some(intent), outcome, machine.advance(from, outcome)));
            }
          };
      if (step.isEmpty()) {
        return Either.right(steps);
      }
      steps.add(step.get());
      state = State.in(step.get().to());
      seen = expected(state.phase());
    }
  }

  private Outcome outcome(Intent intent, Phase from) {
    return switch (intent) {
      case Intent.SealConversionKey() -> new Outcome.ConversionKeySealed(ANY);
      case Intent.PrepareHeader(UUID uuid) -> new Outcome.HeaderPrepared(uuid, ANY);
      case Intent.HandOverRecoveryKey() -> new Outcome.RecoveryKeyHandedOver("");
      case Intent.ProveKeys() -> new Outcome.KeysProven();
      case Intent.StageConfiguration() -> new Outcome.ConfigurationStaged(ANY);
      case Intent.StageHead() -> new Outcome.HeadStaged(ANY);
      case Intent.InitialiseHeader() -> new Outcome.HeaderInitialised(ANY);
      case Intent.PlaceHeader() -> new Outcome.HeaderPlaced();
      case Intent.RestoreHead() -> new Outcome.HeadRestored();
      case Intent.Convert(long _) ->
          new Outcome.Converted(
              from instanceof Phase.UnderLuks under ? under.job().windowBytes() : 0);
      case Intent.Finalise() -> new Outcome.Finalised(true);
      case Intent.WipeMovedSegment() -> new Outcome.MovedSegmentWiped();
      case Intent.ClearRest(BehindWindow how, long _, long toBytes) ->
          new Outcome.RestCleared(how, toBytes, "");
      case Intent.UnstageConfiguration() -> new Outcome.ConfigurationUnstaged();
      case Intent.SettleGrowth() -> new Outcome.GrowthSettled("");
      case Intent.EnrolKey(Slot slot) -> {
        slots.add(slot);
        yield new Outcome.KeyEnrolled(slot, "");
      }
      case Intent.AddTpm() -> new Outcome.TpmAdded(TpmTries.NOT_READ, TpmIdentity.NOT_TOLD);
      case Intent.RemoveEarlierTpm() ->
          new Outcome.EarlierTpmRemoved(TpmTries.NOT_READ, TpmIdentity.NOT_TOLD);
      case Intent.ProveVolume() -> new Outcome.VolumeProven();
      case Intent.RetireConversionKey() -> new Outcome.ConversionKeyRetired();
      case Intent.RemoveLeftovers() -> new Outcome.LeftoversRemoved();
      case Intent.AnchorJournal() -> new Outcome.JournalAnchored(ANY);
      case Intent.WriteEntry(String old, String fresh) -> new Outcome.EntryWritten(old, fresh, ANY);
      case Intent.RetireEntry(String old, String _) -> new Outcome.EntryRetired(old);
    };
  }

  /** The world as the phase's own facts say it is. */
  private Observation expected(Phase phase) {
    return switch (phase) {
      case Phase.Untouched _, Phase.Contradiction _ -> now;
      case Phase.InTheClear plain -> plain(plain);
      case Phase.HeadToRestore(Job _, Placement placement) -> toRestore(placement);
      case Phase.Withdrawing back -> with(back.job().filesystem(), now.entries());
      case Phase.HeaderPlaced placed ->
          with(
              new VolumeState.Converting(
                  placed.luksUuid(),
                  placed.job().windowBytes(),
                  placed.job().windowBytes() - 2 * placed.job().shiftBytes()),
              now.entries());
      case Phase.TakenOver(Job job, UUID uuid) ->
          with(
              new VolumeState.Converting(
                  uuid, job.windowBytes(), job.windowBytes() - 2 * job.shiftBytes()),
              now.entries());
      case Phase.Converted(Job job, UUID uuid, _) ->
          with(new VolumeState.ConvertedNotFinalised(uuid, job.windowBytes()), now.entries());
      case Phase.EntryWritten written -> with(encrypted(written.luksUuid()), both(written));
      case Phase.UnderLuks under -> with(encrypted(under.luksUuid()), now.entries());
    };
  }

  private Observation plain(Phase.InTheClear phase) {
    Option<Placement> placement =
        phase instanceof Phase.HeaderInitialised(Job _, Placement p)
            ? Option.some(p)
            : Option.none();
    Option<Digest> head =
        phase instanceof Phase.HeadStaged(Job _, Credentials _, Digest staged)
            ? Option.some(staged)
            : placement.map(Placement::head);
    Option<Credentials> credentials =
        credentials(phase).orElse(placement.map(Placement::credentials));
    Option<Digest> sealed =
        phase instanceof Phase.KeySealed(Job _, Digest blob)
            ? Option.some(blob)
            : credentials.map(Credentials::sealedKey);
    return new Observation(
        now.policy(),
        now.facts(),
        phase.job().filesystem(),
        head,
        head,
        true,
        sealed,
        credentials.map(Credentials::preparedHeader),
        placement.map(Placement::header),
        true,
        false,
        Option.none(),
        false,
        TpmVerdict.OPENS,
        now.entries(),
        now.freshUuid());
  }

  private Observation toRestore(Placement placement) {
    return new Observation(
        now.policy(),
        now.facts(),
        now.volume(),
        Option.some(placement.header()),
        Option.some(placement.head()),
        true,
        Option.none(),
        Option.none(),
        Option.none(),
        false,
        false,
        Option.none(),
        false,
        TpmVerdict.OPENS,
        now.entries(),
        now.freshUuid());
  }

  private static Option<Credentials> credentials(Phase.InTheClear phase) {
    return switch (phase) {
      case Phase.Cleared _, Phase.KeySealed _, Phase.HeaderInitialised _ -> Option.none();
      case Phase.HeaderPrepared(Job _, Credentials known) -> Option.some(known);
      case Phase.RecoveryHandedOver(Job _, Credentials known) -> Option.some(known);
      case Phase.KeysProven(Job _, Credentials known) -> Option.some(known);
      case Phase.ConfigurationStaged(Job _, Credentials known) -> Option.some(known);
      case Phase.HeadStaged(Job _, Credentials known, Digest _) -> Option.some(known);
    };
  }

  private Observation with(VolumeState volume, List<EntrySeen> entries) {
    return new Observation(
        now.policy(),
        now.facts(),
        volume,
        Option.none(),
        Option.none(),
        true,
        Option.none(),
        Option.none(),
        Option.none(),
        false,
        false,
        Option.none(),
        false,
        TpmVerdict.OPENS,
        entries,
        now.freshUuid());
  }

  private VolumeState encrypted(UUID uuid) {
    return new VolumeState.Encrypted(uuid, slots);
  }

  private List<EntrySeen> both(Phase.EntryWritten written) {
    List<EntrySeen> entries = new ArrayList<>(now.entries());
    entries.add(
        new EntrySeen(
            written.newEntry(),
            false,
            Option.none(),
            List.of(),
            Option.some(written.luksUuid()),
            written.content()));
    return entries;
  }
}
