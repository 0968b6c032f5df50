package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.loop.World;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks.Discovery;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.Facts;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import dev.lockstep.statemachine.port.Volume;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;

/** Observes and acts through the ports. */
public final class FirstBootWorld implements World<Phase, Intent, Outcome, Observation> {

  private static final byte[] NO_BLOB = new byte[0];

  private final Policy policy;
  private final Ports ports;
  private final Effects effects;
  private final EntryLook entries;
  private Option<Facts> facts = Option.none();
  private boolean acted;

  public FirstBootWorld(Policy policy, Ports ports, Effects effects) {
    this.policy = policy;
    this.ports = ports;
    this.effects = effects;
    this.entries = new EntryLook(ports.boot());
  }

  @Override
  public Observation observe(State<Phase, Intent> state) throws IOException {
    Survey survey = Survey.of(state, policy.goal());
    if (facts.isEmpty()) {
      facts = Option.some(ports.surroundings().look());
    }
    VolumeState volume = ports.luks().look();
    Option<Digest> head = survey.headAndTail() ? head(state.phase()) : Option.none();
    return new Observation(
        policy,
        facts.get(),
        volume,
        head,
        survey.headAndTail() ? tail(state.phase()) : Option.none(),
        headIsExplained(state, head),
        survey.files() ? PreparedFile.SEALED_KEY.digest(ports.boot()) : Option.none(),
        survey.files() ? PreparedFile.PREPARED_HEADER.digest(ports.boot()) : Option.none(),
        survey.files() ? PreparedFile.INITIALISED_HEADER.digest(ports.boot()) : Option.none(),
        ports.keys().recoveryKeyInMemory(),
        keysAreLost(state.phase()),
        discovery(state.phase(), volume),
        strayHeadCopy(state.phase(), volume),
        tpm(state.phase()),
        entries.look(),
        ports.randomUuid().get());
  }

  @Override
  public Either<Refusal, Outcome> perform(State<Phase, Intent> state, Intent intent)
      throws IOException {
    acted = true;
    return effects.perform(state.phase(), intent);
  }

  /** Asked only where the journal says that there is no such volume. */
  private Option<Discovery> discovery(Phase phase, VolumeState volume) throws IOException {
    boolean unknown = phase instanceof Phase.Untouched || phase instanceof Phase.InTheClear;
    if (!unknown || policy.goal() == Goal.UNDO || !TakeOver.isOf(volume)) {
      return Option.none();
    }
    Option<String> refused = unsealed();
    Discovery seen = ports.luks().discover();
    return Option.some(
        refused
            .map(why -> seen.inside().mapLeft(_ -> why))
            .map(inside -> new Discovery(seen.madeByLockstep(), seen.slots(), inside))
            .getOrElse(seen));
  }

  /** Why the conversion key is not at hand; a TPM near its lockout is not asked for it. */
  private Option<String> unsealed() throws IOException {
    if (facts.get().tpm() == TpmHealth.LOCKED_OUT && !policy.operatorsKeyGiven()) {
      return Option.some(facts.get().tpmSentence());
    }
    Option<byte[]> blob = ports.boot().read(PreparedFile.SEALED_KEY.path());
    try {
      ports.keys().unseal(blob.getOrElse(NO_BLOB));
      return Option.none();
    } catch (KeyRefused notOpened) {
      return Option.some(blob.isEmpty() ? "" : notOpened.getMessage());
    }
  }

  /** Asked only where no journal says what was done to the head. */
  private boolean strayHeadCopy(Phase phase, VolumeState volume) throws IOException {
    if (!(phase instanceof Phase.Untouched) || !(volume instanceof VolumeState.Plain plain)) {
      return false;
    }
    long windowBytes = plain.endBytes() + 2 * policy.shiftBytes();
    if (windowBytes > facts.get().partitionBytes()) {
      return false; // no room for a copy, and so for nothing else
    }
    long tailBytes = windowBytes - policy.shiftBytes();
    if (!ports.luks().filesystemAt(tailBytes).contains(plain)) {
      return false; // whatever lies there, it is no copy of this head
    }
    Volume window = ports.volume().apply(windowBytes);
    return !new Span(window, 0, policy.shiftBytes())
        .digest()
        .equals(new Span(window, tailBytes, policy.shiftBytes()).digest());
  }

  /** Asked only of a volume that an earlier run finished; this one's keys were proven by itself. */
  private TpmVerdict tpm(Phase phase) throws IOException {
    Option<Job> finished =
        switch (phase) {
          case Phase.Complete(Job done, var _) -> Option.some(done);
          case Phase.TpmAdded(Job done, var _) -> Option.some(done);
          case Phase _ -> Option.none();
        };
    if (acted || finished.isEmpty()) {
      return TpmVerdict.OPENS;
    }
    Job job = finished.get();
    if (!job.slots().contains(Slot.TPM2)
        || job.shiftBytes() > policy.shiftBytes() // another tool's, too large to be copied
        || facts.get().tpm() != TpmHealth.READY) {
      return TpmVerdict.OPENS;
    }
    // From a copy: the library mends a header as soon as it loads it, and this only looks.
    byte[] header = new byte[Math.toIntExact(job.shiftBytes())];
    ports.volume().apply(job.windowBytes()).read(0, header);
    try {
      if (ports.luks().opensHeader(Slot.TPM2, header)) {
        return TpmVerdict.OPENS;
      }
    } catch (KeyRefused refused) {
      // as one that does not open
    }
    return TpmVerdict.of(
        ports.journal().past(), ports.keys().tpmIdentity(job.disk().partitionUuid()));
  }

  /** Asked only while the disk is plain, when new keys cost nothing. */
  private boolean keysAreLost(Phase phase) throws IOException {
    boolean outOfReach =
        phase instanceof Phase.RecoveryHandedOver && ports.keys().recoveryKeyIsOutOfReach();
    if (facts.exists(known -> known.tpm() == TpmHealth.LOCKED_OUT)) {
      return outOfReach; // asking could be the try that locks it
    }
    for (Digest vouched : sealedKey(phase)) {
      Option<byte[]> blob = ports.boot().read(PreparedFile.SEALED_KEY.path());
      if (blob.map(Digest::of).contains(vouched) && ports.keys().isLost(blob.get())) {
        return true;
      }
    }
    return outOfReach;
  }

  private static Option<Digest> sealedKey(Phase phase) {
    return switch (phase) {
      case Phase.KeySealed(Job _, Digest sealedKey) -> Option.some(sealedKey);
      case Phase.HeaderPrepared(Job _, Credentials known) -> Option.some(known.sealedKey());
      case Phase.RecoveryHandedOver(Job _, Credentials known) -> Option.some(known.sealedKey());
      case Phase.KeysProven(Job _, Credentials known) -> Option.some(known.sealedKey());
      case Phase.ConfigurationStaged(Job _, Credentials known) -> Option.some(known.sealedKey());
      case Phase.HeadStaged(Job _, Credentials known, Digest _) -> Option.some(known.sealedKey());
      case Phase.HeaderInitialised(Job _, Placement placement) ->
          Option.some(placement.credentials().sealedKey());
      case Phase.Cleared _,
          Phase.Untouched _,
          Phase.UnderLuks _,
          Phase.Withdrawing _,
          Phase.Contradiction _ ->
          Option.none();
    };
  }

  /** Asked only where the header may be placed in part, by what the journal or the head says. */
  private boolean headIsExplained(State<Phase, Intent> state, Option<Digest> head)
      throws IOException {
    boolean placing =
        state
            .open()
            .exists(
                open -> open instanceof Intent.PlaceHeader || open instanceof Intent.RestoreHead);
    Option<Job> torn =
        switch (state.phase()) {
          case Phase.HeaderInitialised(Job job, Placement placement)
              when placing || !head.contains(placement.head()) ->
              Option.some(job);
          case Phase.HeadToRestore(Job job, Placement _) -> Option.some(job);
          case Phase _ -> Option.none();
        };
    return torn.isEmpty() || headIsMixture(torn.get());
  }

  private boolean headIsMixture(Job job) throws IOException {
    Option<byte[]> header = ports.boot().read(PreparedFile.INITIALISED_HEADER.path());
    Volume volume = ports.volume().apply(job.windowBytes());
    return header.isDefined()
        && new Span(volume, 0, job.shiftBytes())
            .isMixtureOf(new Span(volume, job.tailOffsetBytes(), job.shiftBytes()), header.get());
  }

  private Option<Digest> head(Phase phase) throws IOException {
    return digest(phase, true);
  }

  private Option<Digest> tail(Phase phase) throws IOException {
    return digest(phase, false);
  }

  private Option<Digest> digest(Phase phase, boolean head) throws IOException {
    Option<Job> known =
        switch (phase) {
          case Phase.InTheClear plain -> Option.some(plain.job());
          case Phase.UnderLuks under -> Option.some(under.job());
          case Phase.Withdrawing back -> Option.some(back.job());
          case Phase.Untouched _, Phase.Contradiction _ -> Option.none();
        };
    return known.isEmpty() ? Option.none() : digest(known.get(), head);
  }

  private Option<Digest> digest(Job job, boolean head) throws IOException {
    Volume volume = ports.volume().apply(job.windowBytes());
    long offsetBytes = head ? 0 : job.tailOffsetBytes();
    return Option.some(new Span(volume, offsetBytes, job.shiftBytes()).digest());
  }
}
