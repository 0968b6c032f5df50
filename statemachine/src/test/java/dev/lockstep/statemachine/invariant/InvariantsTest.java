package dev.lockstep.statemachine.invariant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.firstboot.BehindWindow;
import dev.lockstep.statemachine.firstboot.Credentials;
import dev.lockstep.statemachine.firstboot.FirstBoot;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.Placement;
import dev.lockstep.statemachine.invariant.Medium.Startup;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import io.vavr.collection.Vector;
import io.vavr.control.Option;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Each invariant holds where all is well, and says so where it is not: none is an empty word. */
class InvariantsTest {

  private static final UUID VOLUME = new UUID(1, 2);
  private static final Digest BLOB = Digest.of(new byte[] {1});
  private static final Digest HEADER = Digest.of(new byte[] {2});
  private static final Digest HEAD = Digest.of(new byte[] {3});
  private static final VolumeState.Plain PLAIN = new VolumeState.Plain("ext4", "u", 100, 1);
  private static final Job JOB =
      new Job(new DiskIdentity("disk", "partition"), PLAIN, 10, 120, 200, List.of(7));
  private static final Credentials CREDENTIALS = new Credentials(BLOB, VOLUME, HEADER);
  private static final Phase PLACED =
      new Phase.HeaderPlaced(JOB, new Placement(CREDENTIALS, HEAD, HEADER));
  private static final Event<Intent, Outcome> BOOT =
      new Event.BootStarted<>(new UUID(0, 1), "test");
  private static final Event<Intent, Outcome> CLEARED =
      new Event.Adopted<>(new Outcome.PreflightPassed(JOB), "PREFLIGHT_PASSED");
  private static final Event<Intent, Outcome> SEALED =
      new Event.Completed<>(new Outcome.ConversionKeySealed(BLOB));

  /** A medium that answers what it was told to; by default everything is well. */
  private record Told(
      VolumeState volume,
      boolean contentIsWhole,
      boolean contentIsWholeInTheClear,
      boolean conversionKeyIsSealed,
      boolean tpmOpens,
      boolean recoveryKeyIsHeld,
      boolean foreignKeyOpens,
      Map<String, Digest> files,
      Startup startup,
      List<String> keysInTheClear,
      int failedTries,
      List<Event<Intent, Outcome>> journal)
      implements Medium {

    static Told well(VolumeState volume) {
      return new Told(
          volume,
          true,
          false,
          true,
          true,
          true,
          false,
          Map.of("lockstep/conversion-key.sealed", BLOB),
          new Startup.RunnerBoots("old.conf", true),
          List.of(),
          0,
          List.of());
    }

    Told startup(Startup other) {
      return new Told(
          volume,
          contentIsWhole,
          contentIsWholeInTheClear,
          conversionKeyIsSealed,
          tpmOpens,
          recoveryKeyIsHeld,
          foreignKeyOpens,
          files,
          other,
          keysInTheClear,
          failedTries,
          journal);
    }

    Told keys(boolean sealed, boolean tpm, boolean recovery) {
      return new Told(
          volume,
          contentIsWhole,
          contentIsWholeInTheClear,
          sealed,
          tpm,
          recovery,
          foreignKeyOpens,
          files,
          startup,
          keysInTheClear,
          failedTries,
          journal);
    }

    Told with(List<String> keys, int tries, List<Event<Intent, Outcome>> records) {
      return new Told(
          volume,
          contentIsWhole,
          contentIsWholeInTheClear,
          conversionKeyIsSealed,
          tpmOpens,
          recoveryKeyIsHeld,
          foreignKeyOpens,
          files,
          startup,
          keys,
          tries,
          records);
    }

    Told content(boolean whole, Map<String, Digest> found) {
      return new Told(
          volume,
          whole,
          false,
          conversionKeyIsSealed,
          tpmOpens,
          recoveryKeyIsHeld,
          foreignKeyOpens,
          found,
          startup,
          keysInTheClear,
          failedTries,
          journal);
    }

    Told withForeignKey() {
      return new Told(
          volume,
          contentIsWhole,
          contentIsWholeInTheClear,
          false,
          false,
          false,
          true,
          files,
          startup,
          keysInTheClear,
          failedTries,
          journal);
    }

    @Override
    public boolean firstBootIsAskedFor() {
      return startup instanceof Startup.RunnerBoots;
    }

    @Override
    public boolean isAsInstalled() {
      return contentIsWholeInTheClear;
    }

    @Override
    public Digest tail() {
      return HEAD;
    }

    @Override
    public boolean everySlotIsNamed() {
      return true;
    }

    @Override
    public boolean headCopyIsGone() {
      return false;
    }

    @Override
    public boolean earlierContentIsLeft() {
      return true;
    }

    @Override
    public Option<Digest> file(String path) {
      return Option.of(files.get(path));
    }

    @Override
    public Option<Digest> anchor() {
      return Option.none();
    }

    @Override
    public int triesAllowed() {
      return 10;
    }
  }

  private static final VolumeState CONVERTING = new VolumeState.Converting(VOLUME, 120, 50);
  private static final VolumeState ENCRYPTED =
      new VolumeState.Encrypted(VOLUME, Set.of(Slot.TPM2, Slot.RECOVERY));

  private static Evidence at(Phase phase, Medium medium) {
    State<Phase, Intent> state = State.in(phase);
    History history = new History(Vector.empty(), Option.none(), state, Vector.empty(), state);
    return new Evidence(history, medium, Option.none());
  }

  private static Evidence journal(
      List<Event<Intent, Outcome>> acknowledged,
      Option<Event<Intent, Outcome>> inFlight,
      List<Event<Intent, Outcome>> replayed) {
    FirstBoot machine = new FirstBoot();
    History history =
        new History(
            Vector.ofAll(acknowledged),
            inFlight,
            machine.replay(acknowledged),
            Vector.ofAll(replayed),
            machine.replay(replayed));
    return new Evidence(history, Told.well(PLAIN).with(List.of(), 0, replayed), Option.none());
  }

  private static Evidence recovered(Recovery recovery) {
    Evidence cut = at(PLACED, Told.well(CONVERTING));
    return new Evidence(cut.history(), cut.medium(), Option.some(recovery));
  }

  @Test
  void theRecordBeingWrittenMayBeThereOrNot() {
    for (Invariant invariant : Invariants.ofHistory()) {
      assertThat(
              invariant.violatedBy(
                  journal(List.of(BOOT), Option.some(CLEARED), List.of(BOOT, CLEARED))))
          .isEmpty();
      assertThat(invariant.violatedBy(journal(List.of(BOOT), Option.some(CLEARED), List.of(BOOT))))
          .isEmpty();
    }
  }

  @Test
  void aLostRecordAndOneThatNobodyWroteAreTold() {
    Evidence lost = journal(List.of(BOOT, CLEARED), Option.none(), List.of(BOOT));
    Evidence invented = journal(List.of(BOOT), Option.some(SEALED), List.of(BOOT, CLEARED));

    assertThat(new JournalPrefix().violatedBy(lost)).isNotEmpty();
    assertThat(new JournalPrefix().violatedBy(invented)).isNotEmpty();
    assertThat(new LiveEqualsReplay().violatedBy(lost)).isNotEmpty();
  }

  @Test
  void aJournalThatReadsOtherwiseTheSecondTimeIsTold() {
    Evidence same = journal(List.of(BOOT, CLEARED), Option.none(), List.of(BOOT, CLEARED));
    Evidence other =
        new Evidence(
            same.history(), Told.well(PLAIN).with(List.of(), 0, List.of(BOOT)), Option.none());

    assertThat(new ReplayIdempotent().violatedBy(same)).isEmpty();
    assertThat(new ReplayIdempotent().violatedBy(other)).isNotEmpty();
  }

  @Test
  void contentThatNoReadingGivesIsTold() {
    assertThat(new PlaintextPreserved().violatedBy(at(PLACED, Told.well(CONVERTING)))).isEmpty();
    assertThat(
            new PlaintextPreserved()
                .violatedBy(at(PLACED, Told.well(CONVERTING).content(false, Map.of()))))
        .isNotEmpty();
    assertThat(
            new PlaintextPreserved()
                .violatedBy(recovered(new Recovery(1, true, false, false, "done"))))
        .isNotEmpty();
  }

  @Test
  void whatWasUndoneMustBeAsItWasInstalled() {
    Phase undone = new Phase.Undone(JOB);
    UndoRestores invariant = new UndoRestores();

    assertThat(invariant.violatedBy(at(PLACED, Told.well(CONVERTING)))).isEmpty();
    assertThat(invariant.violatedBy(at(undone, Told.well(PLAIN)))).isNotEmpty();
    assertThat(invariant.violatedBy(recovered(new Recovery(1, true, true, true, "")))).isEmpty();
    assertThat(invariant.violatedBy(recovered(new Recovery(1, true, true, false, ""))))
        .isNotEmpty();
    assertThat(invariant.violatedBy(recovered(new Recovery(1, true, false, false, "")))).isEmpty();
  }

  @Test
  void whileConvertingTheSealedKeyAndTheRecoveryKeyAreBothNeeded() {
    DurableKeyExists invariant = new DurableKeyExists();
    Told medium = Told.well(CONVERTING);

    assertThat(invariant.violatedBy(at(PLACED, medium))).isEmpty();
    assertThat(invariant.violatedBy(at(PLACED, medium.keys(false, true, true)))).isNotEmpty();
    assertThat(invariant.violatedBy(at(PLACED, medium.keys(true, true, false)))).isNotEmpty();
  }

  /** Which its owner has, and nobody takes out. */
  @Test
  void anotherToolsVolumeHasItsOwnKey() {
    Evidence evidence = at(new Phase.TakenOver(JOB, VOLUME), Told.well(CONVERTING));
    Evidence foreign = at(new Phase.TakenOver(JOB, VOLUME), Told.well(CONVERTING).withForeignKey());

    assertThat(new DurableKeyExists().violatedBy(evidence)).isEmpty();
    assertThat(new DurableKeyExists().violatedBy(foreign)).isEmpty();
    Told keyless = Told.well(CONVERTING).keys(false, false, false);
    assertThat(new DurableKeyExists().violatedBy(at(new Phase.TakenOver(JOB, VOLUME), keyless)))
        .isNotEmpty();
  }

  @Test
  void onceEncryptedTheTpmSlotIsEnoughToGoOnUnattended() {
    DurableKeyExists invariant = new DurableKeyExists();
    Phase phase = new Phase.LeftoversRemoved(JOB, VOLUME);
    Told medium = Told.well(ENCRYPTED);

    assertThat(invariant.violatedBy(at(phase, medium.keys(false, true, true)))).isEmpty();
    assertThat(invariant.violatedBy(at(phase, medium.keys(false, false, true)))).isNotEmpty();
    assertThat(invariant.violatedBy(at(phase, medium.keys(false, true, false)))).isNotEmpty();
  }

  @Test
  void whatIsRecordedAsOverwrittenMustNotBeThereAndADiscardPromisesNothing() {
    EarlierContentGone invariant = new EarlierContentGone();

    assertThat(invariant.violatedBy(at(PLACED, Told.well(CONVERTING)))).isEmpty();
    assertThat(invariant.violatedBy(cleared(BehindWindow.DISCARD))).isEmpty();
    assertThat(invariant.violatedBy(cleared(BehindWindow.WIPE))).isNotEmpty();
  }

  private static Evidence cleared(BehindWindow how) {
    Event<Intent, Outcome> told = new Event.Completed<>(new Outcome.RestCleared(how, 200, ""));
    return journal(List.of(BOOT, told), Option.none(), List.of(BOOT, told));
  }

  @Test
  void aKeyInTheClearIsTold() {
    Told medium = Told.well(PLAIN);

    assertThat(new NoKeyOnMedia().violatedBy(at(PLACED, medium))).isEmpty();
    assertThat(
            new NoKeyOnMedia()
                .violatedBy(at(PLACED, medium.with(List.of("the disk"), 0, List.of()))))
        .isNotEmpty();
  }

  @Test
  void aMachineThatDoesNotComeUpIsTold() {
    Told medium = Told.well(CONVERTING).startup(new Startup.NothingBoots("no entry"));

    assertThat(new SomeEntryBoots().violatedBy(at(PLACED, medium))).isNotEmpty();
    assertThat(new SomeEntryBoots().violatedBy(at(PLACED, Told.well(CONVERTING)))).isEmpty();
  }

  @Test
  void anEntryThatBootsAndIsNotWholeIsTold() {
    EntryOldOrNew invariant = new EntryOldOrNew();
    Told medium = Told.well(ENCRYPTED);

    for (boolean whole : new boolean[] {true, false}) {
      for (Startup startup :
          List.of(new Startup.RunnerBoots("a", whole), new Startup.RootOpens("a", whole))) {
        assertThat(invariant.violatedBy(at(PLACED, medium.startup(startup))).isEmpty())
            .isEqualTo(whole);
      }
    }
  }

  @Test
  void aFileThatTheJournalVouchesForAndIsNotThereIsTold() {
    Told medium = Told.well(CONVERTING);

    assertThat(new OutcomesHold().violatedBy(at(PLACED, medium))).isEmpty();
    assertThat(new OutcomesHold().violatedBy(at(PLACED, medium.content(true, Map.of()))))
        .isNotEmpty();
    assertThat(new OutcomesHold().violatedBy(at(PLACED, Told.well(PLAIN)))).isNotEmpty();
    assertThat(
            new OutcomesHold()
                .violatedBy(at(new Phase.Finalised(JOB, VOLUME, Option.none()), medium)))
        .isNotEmpty();
  }

  @Test
  void moreLeftToConvertThanBeforeIsTold() {
    List<Event<Intent, Outcome>> placed =
        List.of(
            CLEARED,
            SEALED,
            new Event.Completed<>(new Outcome.HeaderPrepared(VOLUME, HEADER)),
            new Event.Completed<>(new Outcome.RecoveryKeyHandedOver("paper")),
            new Event.Completed<>(new Outcome.KeysProven()),
            new Event.Completed<>(new Outcome.ConfigurationStaged(HEAD)),
            new Event.Completed<>(new Outcome.HeadStaged(HEAD)),
            new Event.Completed<>(new Outcome.HeaderInitialised(HEADER)),
            new Event.Completed<>(new Outcome.HeaderPlaced()));
    Vector<Event<Intent, Outcome>> start = Vector.ofAll(placed);

    assertThat(violated(start.append(convert(50)).append(convert(40)))).isEmpty();
    assertThat(violated(start.append(convert(40)).append(convert(50)))).isNotEmpty();
    assertThat(violated(start.append(CLEARED))).isNotEmpty();
  }

  private static Event<Intent, Outcome> convert(long remainingBytes) {
    return new Event.Intended<>(new Intent.Convert(remainingBytes), "test");
  }

  private static Option<String> violated(Vector<Event<Intent, Outcome>> events) {
    return new MonotonicProgress()
        .violatedBy(journal(events.asJava(), Option.none(), events.asJava()));
  }

  @Test
  void aTpmThatIsLockedOutIsTold() {
    Told medium = Told.well(CONVERTING);

    assertThat(new NoLockout().violatedBy(at(PLACED, medium.with(List.of(), 9, List.of()))))
        .isEmpty();
    assertThat(new NoLockout().violatedBy(at(PLACED, medium.with(List.of(), 10, List.of()))))
        .isNotEmpty();
  }

  @Test
  void oneBootTooManyAndOneThatIsNotDoneAreTold() {
    ConvergesWithin one = new ConvergesWithin(1);

    assertThat(one.violatedBy(recovered(new Recovery(1, true, false, true, "done")))).isEmpty();
    assertThat(one.violatedBy(recovered(new Recovery(2, true, false, true, "done")))).isNotEmpty();
    assertThat(one.violatedBy(recovered(new Recovery(1, false, false, false, "stopped"))))
        .isNotEmpty();
  }

  @Test
  void theNamesAreThoseOfTheDesign() {
    assertThat(Invariants.names())
        .containsExactlyInAnyOrder(
            "DurableKeyExists",
            "PlaintextPreserved",
            "NoKeyOnMedia",
            "SomeEntryBoots",
            "EntryOldOrNew",
            "JournalPrefix",
            "ReplayIdempotent",
            "LiveEqualsReplay",
            "MonotonicProgress",
            "ConvergesWithin",
            "NoLockout",
            "OutcomesHold",
            "EarlierContentGone",
            "UndoRestores");
  }
}
