package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.volume.VolumeWish.RecoveryKey;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapPhase;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One volume after the other, each to its end: what was begun first, then the policy's order, the
 * root last of all. Once the root is encrypted nothing can be put into it any more, and the boot
 * entry that asks for all of this goes with it.
 *
 * <p>A cut anywhere is gone on with by the first volume that is not complete: each one's own
 * journal tells where it is.
 */
public final class VolumesInTurn {

  /** What is done with each. */
  public interface Each {
    Ending with(VolumeSession volume) throws IOException;

    Ending with(SwapSession swap) throws IOException;
  }

  private final FirstBootSession session;

  public VolumesInTurn(FirstBootSession session) {
    this.session = session;
  }

  private record Standing(DiskVolume volume, Phase phase) {
    boolean isComplete() {
      return phase instanceof Phase.Complete;
    }

    boolean isUntouched() {
      return phase instanceof Phase.Untouched;
    }

    /** Those that were begun before those that were not; the root is last whatever it is. */
    int order() {
      return volume.isRoot() ? 2 : isUntouched() ? 1 : 0;
    }
  }

  /** Encrypts what is not yet; the first that refuses ends it, and the root was not begun. */
  public Ending encrypt(Each each) throws IOException {
    List<Standing> all = standing();
    Option<Refusal> objection = objection();
    if (objection.isDefined()) {
      return new Ending.Stopped(objection.get());
    }
    for (Standing one : all.subList(0, all.size() - 1)) {
      if (!one.isComplete() // not even a boot is told in its journal
          && run(one.volume(), each) instanceof Ending.Stopped stopped) {
        return stopped;
      }
    }
    for (SwapVolume swap : session.swaps()) {
      if (run(swap, each) instanceof Ending.Stopped stopped) {
        return stopped;
      }
    }
    return run(all.getLast().volume(), each);
  }

  /** What would be refused before the first write to any. Reads only. */
  public Option<Refusal> objection() throws IOException {
    Option<Refusal> forgotten = session.forgottenVolume().map(VolumesInTurn::forgotten);
    return forgotten.isDefined() || !session.hasSeveral() ? forgotten : objection(standing());
  }

  /**
   * Undoes what can be; the root first, since the others' lines are taken out of it while it is
   * plain.
   */
  public Ending undo(Each each) throws IOException {
    Option<Refusal> forgotten = session.forgottenVolume().map(VolumesInTurn::forgotten);
    if (forgotten.isDefined()) {
      return new Ending.Stopped(forgotten.get()); // it would say that the disk is plain
    }
    List<Refusal> kept = new ArrayList<>();
    for (Standing one : standing().reversed()) {
      if (run(one.volume(), each) instanceof Ending.Stopped(Refusal refusal)) {
        if (refusal.kind() != Refusal.Kind.PREFLIGHT) {
          return new Ending.Stopped(refusal);
        }
        kept.add(refusal); // too late for this one; the others may be in time
      }
    }
    for (SwapVolume swap : session.swaps()) {
      if (run(swap, each) instanceof Ending.Stopped(Refusal refusal)) {
        if (refusal.kind() != Refusal.Kind.PREFLIGHT) {
          return new Ending.Stopped(refusal);
        }
        kept.add(refusal);
      }
    }
    return kept.isEmpty() ? new Ending.Finished() : new Ending.Stopped(together(kept));
  }

  /** One refusal that says all of these, which differ in their volume. */
  public static Refusal together(List<Refusal> kept) {
    return Refusal.preflight(
        kept.getFirst().code(), String.join(" ", kept.stream().map(Refusal::sentence).toList()));
  }

  private static Refusal forgotten(String name) {
    return Refusal.preflight(
        "VOLUME_FORGOTTEN",
        "Volume "
            + name
            + " was begun and is not done, and the policy does not name it any more; put it back"
            + " into the policy, and the same command goes on with it.");
  }

  private Ending run(DiskVolume volume, Each each) throws IOException {
    try (VolumeSession opened = session.open(volume)) {
      return each.with(opened) instanceof Ending.Stopped(Refusal refusal)
          ? new Ending.Stopped(said(volume, refusal))
          : new Ending.Finished();
    }
  }

  private Ending run(SwapVolume swap, Each each) throws IOException {
    try (SwapSession opened = session.open(swap)) {
      return each.with(opened) instanceof Ending.Stopped(Refusal refusal)
          ? new Ending.Stopped(refusal.saying(swap::said))
          : new Ending.Finished();
    }
  }

  private static Refusal said(DiskVolume volume, Refusal refusal) {
    return refusal.saying(volume::said);
  }

  private List<Standing> standing() throws IOException {
    List<Standing> all = new ArrayList<>();
    for (DiskVolume volume : session.volumes()) {
      all.add(new Standing(volume, session.phase(volume)));
    }
    all.sort(Comparator.comparingInt(Standing::order));
    return all;
  }

  /** Before the first write to any: one that would be refused must not be found out half-way. */
  private Option<Refusal> objection(List<Standing> all) throws IOException {
    for (Standing one : all) {
      boolean needsRoot = !one.volume().isRoot() && isBeforeStaging(one.phase());
      if (needsRoot && !RunResources.isSurelyPlain(all.getLast().phase())) {
        return Option.some(
            said(
                one.volume(),
                Refusal.preflight(
                    "ROOT_BEGUN",
                    "nothing can be put into the root any more to open it, since the root's own"
                        + " encryption has begun; take the volume out of the policy.")));
      }
      if (one.isUntouched() || one.phase() instanceof Phase.Undone) {
        try (VolumeSession opened = session.open(one.volume())) {
          Either<Refusal, Decision<Intent, Outcome>> decision = opened.decision();
          Option<Refusal> objection =
              decision.isLeft()
                  ? Option.some(decision.getLeft())
                  : beginning(opened, decision.get(), makesKey(one, all));
          if (objection.isDefined()) {
            return objection.map(refusal -> said(one.volume(), refusal));
          }
        }
      }
    }
    for (SwapVolume swap : session.swaps()) {
      try (SwapSession opened = session.open(swap)) {
        State<SwapPhase, SwapIntent> state = opened.state();
        var decision = opened.machine().decide(state, opened.observe(state));
        if (decision.isLeft()) {
          return Option.some(decision.getLeft().saying(swap::said));
        }
      }
    }
    return Option.none();
  }

  /** A key that is shared is made for the first volume that shares it. */
  private static boolean makesKey(Standing one, List<Standing> all) {
    return one.volume().recoveryKey() == RecoveryKey.OWN
        || all.stream()
            .map(Standing::volume)
            .filter(volume -> volume.recoveryKey() == RecoveryKey.SHARED)
            .findFirst()
            .filter(one.volume()::equals)
            .isPresent();
  }

  /** One that is taken over is under LUKS2 already: nothing is staged for it, and its key went. */
  private static Option<Refusal> beginning(
      VolumeSession volume, Decision<Intent, Outcome> decision, boolean makesKey)
      throws IOException {
    if (decision instanceof Decision.Adopt<Intent, Outcome>(Outcome.TakenOver _, String _)) {
      return Option.none();
    }
    Option<Refusal> staging =
        volume.stagingObjection().map(no -> Refusal.preflight("NOT_STAGED", no));
    return staging.isDefined() || !makesKey || !volume.handover().isPlanned()
        ? staging
        : volume.handover().objection().map(no -> Refusal.preflight("NO_HANDOVER", no));
  }

  private static boolean isBeforeStaging(Phase phase) {
    return switch (phase) {
      case Phase.Untouched _,
          Phase.Cleared _,
          Phase.KeySealed _,
          Phase.HeaderPrepared _,
          Phase.RecoveryHandedOver _,
          Phase.KeysProven _ ->
          true;
      case Phase.ConfigurationStaged _, Phase.HeadStaged _, Phase.HeaderInitialised _ ->
          true; // keys that are lost are made anew, and staged again
      case Phase.UnderLuks _, Phase.Contradiction _ -> false;
      case Phase.Withdrawing _ -> true;
    };
  }
}
