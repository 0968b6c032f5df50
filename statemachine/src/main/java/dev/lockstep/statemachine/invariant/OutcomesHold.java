package dev.lockstep.statemachine.invariant;

import dev.lockstep.statemachine.firstboot.Credentials;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.Placement;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.firstboot.Role;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.luks.VolumeState.Encrypted;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Option;

/**
 * What the journal vouches for is on the medium, unless an intent to make it anew is open. Without
 * this the machine might still mend itself; but an outcome would be worth nothing to an auditor.
 */
public record OutcomesHold() implements Invariant {

  private static final String ENTRIES = "loader/entries/";

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    State<Phase, Intent> state = evidence.history().state();
    Intent open = state.open().getOrNull();
    Medium medium = evidence.medium();
    return switch (state.phase()) {
      case Phase.InTheClear plain ->
          open instanceof Intent.SealConversionKey
              ? Option.none()
              : inTheClear(plain, open, medium);
      case Phase.UnderLuks under -> underLuks(under, open, medium);
      case Phase.Withdrawing back -> withdrawing(back, medium);
      case Phase.Untouched _, Phase.Contradiction _ -> Option.none();
    };
  }

  private static Option<String> withdrawing(Phase.Withdrawing phase, Medium medium) {
    Option<String> plainAgain =
        Option.when(
            !(medium.volume() instanceof VolumeState.Plain),
            "the plain disk is recorded as put back, and it is not");
    return switch (phase) {
      case Phase.HeadToRestore _ -> Option.none();
      case Phase.ConfigurationToUnstage _, Phase.LeftoversToRemove _ -> plainAgain;
      case Phase.Undone _ -> plainAgain.orElse(() -> leftovers(medium));
    };
  }

  private static Option<String> inTheClear(Phase.InTheClear phase, Intent open, Medium medium) {
    return switch (phase) {
      case Phase.Cleared _ -> Option.none();
      case Phase.KeySealed(var _, Digest sealedKey) ->
          file(medium, PreparedFile.SEALED_KEY, sealedKey);
      case Phase.HeaderPrepared(var _, Credentials credentials) ->
          credentials(medium, credentials, open);
      case Phase.RecoveryHandedOver(var _, Credentials credentials) ->
          credentials(medium, credentials, open);
      case Phase.KeysProven(var _, Credentials credentials) ->
          credentials(medium, credentials, open);
      case Phase.ConfigurationStaged(var _, Credentials credentials) ->
          credentials(medium, credentials, open);
      case Phase.HeadStaged(var _, Credentials credentials, Digest head) ->
          credentials(medium, credentials, open).orElse(() -> tail(medium, head, open));
      case Phase.HeaderInitialised(var _, Placement placement) ->
          credentials(medium, placement.credentials(), open)
              .orElse(() -> tail(medium, placement.head(), open))
              .orElse(
                  () ->
                      open instanceof Intent.InitialiseHeader
                          ? Option.none()
                          : file(medium, PreparedFile.INITIALISED_HEADER, placement.header()));
    };
  }

  private static Option<String> underLuks(Phase.UnderLuks phase, Intent open, Medium medium) {
    return switch (phase) {
      case Phase.HeaderPlaced(var _, Placement placement) ->
          file(medium, PreparedFile.SEALED_KEY, placement.credentials().sealedKey())
              .orElse(
                  () ->
                      Option.when(
                          medium.volume() instanceof VolumeState.Plain
                              || medium.volume() instanceof VolumeState.Unrecognised,
                          "the placed header is not on the volume"));
      case Phase.TakenOver _ ->
          Option.when(
              medium.volume() instanceof VolumeState.Plain
                  || medium.volume() instanceof VolumeState.Unrecognised,
              "the volume that was taken over is not there");
      case Phase.Converted _ ->
          Option.when(
              !(medium.volume() instanceof VolumeState.ConvertedNotFinalised
                  || medium.volume() instanceof Encrypted),
              "the conversion is recorded as finished, and the volume is not");
      case Phase.Finalised _, Phase.RestCleared _, Phase.GrowthSettled _, Phase.VolumeProven _ ->
          finalised(medium);
      case Phase.MovedSegmentWiped _ ->
          finalised(medium)
              .orElse(() -> Option.when(!medium.headCopyIsGone(), "the head's copy was not wiped"));
      case Phase.ConversionKeyRetired _ -> retired(medium);
      case Phase.LeftoversRemoved _ -> removed(medium);
      case Phase.Anchored _ -> anchored(medium);
      case Phase.EntryWritten written ->
          anchored(medium)
              .orElse(
                  () ->
                      open instanceof Intent.WriteEntry
                          ? Option.none()
                          : file(medium, ENTRIES + written.newEntry(), written.content()));
      // Of a TPM's slot that is being added a note may be left: the next step takes it away.
      case Phase.TpmAdded _ -> vouched(medium).orElse(() -> entry(phase, medium));
      case Phase.Complete _ ->
          (open instanceof Intent.AddTpm ? vouched(medium) : anchored(medium))
              .orElse(() -> entry(phase, medium));
    };
  }

  private static Option<String> entry(Phase.UnderLuks phase, Medium medium) {
    return Option.when(
        phase.job().volumeRole() == Role.ROOT && medium.firstBootIsAskedFor(),
        "the old boot entry is recorded as retired, and asks for a first boot");
  }

  private static Option<String> credentials(Medium medium, Credentials vouched, Intent open) {
    return file(medium, PreparedFile.SEALED_KEY, vouched.sealedKey())
        .orElse(
            () ->
                open instanceof Intent.PrepareHeader
                    ? Option.none()
                    : file(medium, PreparedFile.PREPARED_HEADER, vouched.preparedHeader()));
  }

  private static Option<String> tail(Medium medium, Digest head, Intent open) {
    return Option.when(
        !(open instanceof Intent.StageHead) && !medium.tail().equals(head),
        "the head's copy is not at the window's tail");
  }

  private static Option<String> finalised(Medium medium) {
    return Option.when(
        !(medium.volume() instanceof Encrypted),
        "the metadata is recorded as final, and it is not");
  }

  private static Option<String> retired(Medium medium) {
    boolean gone =
        medium.volume() instanceof Encrypted(var _, var slots) && !slots.contains(Slot.CONVERSION);
    return finalised(medium)
        .orElse(() -> Option.when(!gone, "the conversion key still opens the volume"));
  }

  private static Option<String> removed(Medium medium) {
    return retired(medium).orElse(() -> leftovers(medium));
  }

  private static Option<String> leftovers(Medium medium) {
    Option<String> broken = Option.none();
    for (PreparedFile file : PreparedFile.values()) {
      broken =
          broken.orElse(
              () ->
                  Option.when(
                      medium.file(file.path()).isDefined(), file.path() + " is still there"));
    }
    return broken;
  }

  private static Option<String> vouched(Medium medium) {
    return removed(medium)
        .orElse(
            () ->
                Option.when(
                    medium.anchor().isEmpty(), "the header does not vouch for the journal"));
  }

  private static Option<String> anchored(Medium medium) {
    return vouched(medium)
        .orElse(() -> Option.when(!medium.everySlotIsNamed(), "nothing says what one slot is for"));
  }

  private static Option<String> file(Medium medium, PreparedFile file, Digest vouched) {
    return file(medium, file.path(), vouched);
  }

  private static Option<String> file(Medium medium, String path, Digest vouched) {
    return Option.when(
        !medium.file(path).contains(vouched),
        () -> path + " is not on the medium as the journal vouches for it");
  }
}
