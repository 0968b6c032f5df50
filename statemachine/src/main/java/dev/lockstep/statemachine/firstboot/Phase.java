package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.util.UUID;

/**
 * How far the first boot is: the fold of its journal. Each phase holds what is known by then and
 * nothing more, so a step that lacks its grounds can't be written down.
 *
 * <p>Up to {@link HeaderInitialised} the disk is plain. From {@link HeaderPlaced} on the volume is
 * read from its LUKS2 metadata. Until the first hot zone is written there is a way back.
 */
public sealed interface Phase {

  /** Nothing was done yet. */
  record Untouched() implements Phase {}

  /** The root partition is a plain filesystem, and can be booted as such. */
  sealed interface InTheClear extends Phase {
    Job job();
  }

  /** The header is on the volume: without a key there is no root any more. */
  sealed interface UnderLuks extends Phase {
    Job job();

    UUID luksUuid();
  }

  /** The operator asked for the plain disk back; every boot goes on with that, and only that. */
  sealed interface Withdrawing extends Phase {
    Job job();
  }

  /** Preflight found nothing against it. */
  record Cleared(Job job) implements InTheClear {}

  /** The conversion key is on the medium, sealed, and the TPM has opened it once. */
  record KeySealed(Job job, Digest sealedKey) implements InTheClear {}

  /** The header with all its slots is on the boot partition, as a file. */
  record HeaderPrepared(Job job, Credentials credentials) implements InTheClear {}

  /** The recovery key is out of our hands and in the operator's. */
  record RecoveryHandedOver(Job job, Credentials credentials) implements InTheClear {}

  /** Each slot has opened the header. From here no cut can lose a key. */
  record KeysProven(Job job, Credentials credentials) implements InTheClear {}

  /** The plain root knows how it will be opened. */
  record ConfigurationStaged(Job job, Credentials credentials) implements InTheClear {}

  /** The head's copy is at the window's tail, flushed and read back. */
  record HeadStaged(Job job, Credentials credentials, Digest head) implements InTheClear {}

  /** The header that will replace the head is on the boot partition, as a file. */
  record HeaderInitialised(Job job, Placement placement) implements InTheClear {}

  /** The header is on the volume. */
  record HeaderPlaced(Job job, Placement placement) implements UnderLuks {

    @Override
    public UUID luksUuid() {
      return placement.credentials().luksUuid();
    }
  }

  /** A conversion that no journal of ours began is gone on with; the metadata told what it is. */
  record TakenOver(Job job, UUID luksUuid) implements UnderLuks {}

  /**
   * Every byte is encrypted; the metadata may not say so yet.
   *
   * @param head as it was staged; unknown of a conversion that was taken over
   */
  record Converted(Job job, UUID luksUuid, Option<Digest> head) implements UnderLuks {}

  /** The metadata says so too. */
  record Finalised(Job job, UUID luksUuid, Option<Digest> head) implements UnderLuks {}

  /** No plaintext of the head is left at the window's tail. */
  record MovedSegmentWiped(Job job, UUID luksUuid) implements UnderLuks {}

  /**
   * What lies behind the window is cleared as the policy says, so far.
   *
   * @param toBytes from the partition's start; its end once nothing is left
   */
  record RestCleared(Job job, UUID luksUuid, long toBytes) implements UnderLuks {}

  /** The filesystem was grown, or it is written down who grows it. */
  record GrowthSettled(Job job, UUID luksUuid) implements UnderLuks {}

  /** TPM and recovery key have opened the finished volume. */
  record VolumeProven(Job job, UUID luksUuid) implements UnderLuks {}

  /** The conversion key opens nothing any more. */
  record ConversionKeyRetired(Job job, UUID luksUuid) implements UnderLuks {}

  /** Sealed key and prepared headers are gone. */
  record LeftoversRemoved(Job job, UUID luksUuid) implements UnderLuks {}

  /** The volume's header vouches for the journal. */
  record Anchored(Job job, UUID luksUuid) implements UnderLuks {}

  /** A boot entry without the trigger is there and whole; the old one is still preferred. */
  record EntryWritten(Job job, UUID luksUuid, String oldEntry, String newEntry, Digest content)
      implements UnderLuks {}

  /** The old entry is gone too. All is done. */
  record Complete(Job job, UUID luksUuid) implements UnderLuks {}

  /** All is done; the volume takes the present TPM, and the one that is gone as well. */
  record TpmAdded(Job job, UUID luksUuid) implements UnderLuks {}

  /** The header is on the volume, whole or torn, and the head's copy is to take its place. */
  record HeadToRestore(Job job, Placement placement) implements Withdrawing {}

  /** The disk is plain; its configuration may still say otherwise. */
  record ConfigurationToUnstage(Job job) implements Withdrawing {}

  /** Nothing of ours is in the root any more; prepared files may be beside the journal. */
  record LeftoversToRemove(Job job) implements Withdrawing {}

  /** The plain disk is back. Nothing is encrypted unless the operator asks again. */
  record Undone(Job job) implements Withdrawing {}

  /** The journal tells of an outcome that can't follow what it told before. */
  record Contradiction(String what) implements Phase {}
}
