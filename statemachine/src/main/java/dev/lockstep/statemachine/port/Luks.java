package dev.lockstep.statemachine.port;

import dev.lockstep.statemachine.boot.Opener;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What the machine asks of libcryptsetup. Nothing here is trusted to be durable or to say the truth
 * by its exit code: the machine flushes, looks again, and believes only what it reads.
 */
public interface Luks {

  /**
   * What can be told of a LUKS2 volume that no journal knows. Reads only.
   *
   * @param madeByLockstep whether its header carries Lockstep's label
   * @param slots that are known by their tokens, or by their numbers where Lockstep made them
   * @param inside on the left, in a sentence, why it can't be seen
   */
  record Discovery(boolean madeByLockstep, Set<Slot> slots, Either<String, Inside> inside) {

    public Discovery {
      slots = Set.copyOf(slots);
    }
  }

  /**
   * What a volume holds, seen with a key at hand.
   *
   * @param shiftBytes by how much the data moves, or has moved
   * @param filesystem its end told from its own start
   */
  record Inside(long shiftBytes, VolumeState.Plain filesystem) {}

  /** Who can open a volume. */
  enum Slot {
    CONVERSION,
    TPM2,
    RECOVERY,
    /** A password of the operator's. */
    PASSWORD,
    /** A key file of the operator's. */
    KEYFILE,
    /** The TPM, with a PIN: a slot of its own, so that no later boot makes it without. */
    TPM2_PIN,
    /** A security key that somebody touches. */
    FIDO2,
    /** A smart card of the operator's, with its PIN. */
    PKCS11;

    /** Whether the TPM opens it. */
    public boolean isTpms() {
      return this == TPM2 || this == TPM2_PIN;
    }

    /** Who opens a volume that has these, without being asked where that can be. */
    public static Opener opener(Collection<Slot> slots) {
      if (slots.stream().anyMatch(Slot::isTpms)) {
        return Opener.TPM2;
      }
      if (slots.contains(FIDO2)) {
        return Opener.FIDO2;
      }
      return slots.contains(PKCS11) ? Opener.PKCS11 : Opener.PERSON;
    }
  }

  /** What the volume's first bytes say it is. Reads only. */
  VolumeState look() throws IOException;

  /**
   * The plain filesystem whose head, or a copy of it, lies at an offset of the partition; its end
   * is told from its own start. Reads only.
   */
  Option<VolumeState.Plain> filesystemAt(long offsetBytes) throws IOException;

  /**
   * Looks into a volume under LUKS2, converted or not, with whatever key is at hand. Reads only.
   *
   * @throws IOException where there is no such volume
   */
  Discovery discover() throws IOException;

  /**
   * A LUKS2 header with a slot for the conversion key and each of these. The recovery key is a
   * fresh one, and kept in memory.
   *
   * @param slots without {@link Slot#CONVERSION}
   * @param pcrs what the TPM slot is bound to
   * @param sectorBytes of the encryption, 512 or 4096
   */
  byte[] formatHeader(UUID uuid, List<Slot> slots, List<Integer> pcrs, int sectorBytes)
      throws IOException, KeyRefused;

  /** Whether the slot's key, from wherever it is kept, opens this header. */
  boolean opensHeader(Slot slot, byte[] header) throws IOException, KeyRefused;

  /**
   * Initialises the re-encryption on a copy of the header, with the volume as its data device. This
   * copies the volume's head to its tail once more, unflushed: right only while the head is whole.
   *
   * @param windowBytes how much of the partition is converted
   * @return the header to be placed over the head, exactly as long as the data shift
   */
  byte[] initialise(byte[] preparedHeader, long windowBytes) throws IOException, KeyRefused;

  /**
   * Writes what {@link #repair} is going to write into the hot zone of an interrupted conversion,
   * and nothing else; it is durable and read back when this returns. Nothing where no hot zone was
   * cut.
   *
   * <p>libcryptsetup's repair flushes nothing between that data and the header that calls it done
   * (luks2_reencrypt.c, recovery by data shift; recorded with 2.6.1). A cut between them would
   * leave a header that vouches for data which never arrived, so the data has to be there before.
   */
  void stageHotZone() throws IOException, KeyRefused;

  /** Brings metadata and hot zone of an interrupted conversion together. */
  void repair() throws IOException, KeyRefused;

  /**
   * Converts until done or asked to stop.
   *
   * @return false if it was asked to stop, at a safe point
   */
  boolean resume(Progress progress) throws IOException, KeyRefused;

  /** Ends, in the metadata alone, a conversion whose data is finished: never resume that one. */
  void finalise() throws IOException;

  /** Whether the slot's key, from wherever it is kept, opens the volume as it stands. */
  boolean opensVolume(Slot slot) throws IOException, KeyRefused;

  /**
   * Where the filesystem ends inside a volume whose every byte is encrypted, in bytes from the
   * volume's start, as its own superblock says: decrypted with a key in memory.
   */
  long filesystemEndBytes() throws IOException, KeyRefused;

  /**
   * The same, where the superblock alone tells it for sure.
   *
   * @return on the left why it does not, as a clause to stand behind a colon
   */
  Either<String, Long> certainFilesystemEndBytes() throws IOException, KeyRefused;

  /**
   * The first bytes inside a volume whose every byte is encrypted, decrypted with a key in memory.
   *
   * @param lengthBytes a multiple of the sector
   */
  byte[] headInside(int lengthBytes) throws IOException, KeyRefused;

  /**
   * Adds the slot to a finished volume that lacks it, with a key at hand. A cut may leave one that
   * no token names, and that nobody has a key for: the next call removes it, or {@link
   * #removeTpmSetAside}, or {@link #anchor}.
   *
   * @param pcrs what the TPM's is bound to
   */
  void addSlot(Slot slot, List<Integer> pcrs) throws IOException, KeyRefused;

  /**
   * Puts the tokens of TPMs where no tool for TPMs looks for them, so that the present one can be
   * enrolled; their slots stay. Twice is as good as once.
   *
   * @throws KeyRefused no key at hand opens the volume; nothing was written
   */
  void setTpmAside() throws IOException, KeyRefused;

  /** Whether there is such a token. */
  boolean tpmIsSetAside() throws IOException;

  /** Removes those tokens and their slots. Nothing if they are gone already. */
  void removeTpmSetAside() throws IOException;

  /** Removes the conversion key's slot; the others stay. Nothing if it is gone already. */
  void killConversionSlot() throws IOException, KeyRefused;

  /** Writes the journal's head into a token of the header, replacing an earlier one. */
  void anchor(Digest journalHead) throws IOException;

  /** The journal's head as the header's token has it. */
  Option<Digest> anchored() throws IOException;

  /** How far a conversion is, and whether to go on. */
  interface Progress {

    /**
     * Told again and again while data is converted.
     *
     * @return false to stop at the next safe point
     */
    boolean at(long doneBytes, long totalBytes);
  }
}
