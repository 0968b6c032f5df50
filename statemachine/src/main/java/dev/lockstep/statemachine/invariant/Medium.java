package dev.lockstep.statemachine.invariant;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.util.List;

/**
 * What is left when the power is gone: disks, TPM, and what the operator has in hand. Each question
 * is answered by looking, writing nothing.
 */
public interface Medium {

  VolumeState volume();

  /** Digest of the window's last shift, where the head's copy belongs. */
  Digest tail();

  /** Whether nothing that was in the head is left there in the clear. */
  boolean headCopyIsGone();

  /** Whether a token says of each slot what it is for, and none is being added. */
  boolean everySlotIsNamed();

  /** Whether an earlier owner's bytes are left behind the volume. */
  boolean earlierContentIsLeft();

  /** Whether some way to read the disk still gives every byte of the filesystem. */
  boolean contentIsWhole();

  /** Whether there is such a way that takes no key. */
  boolean contentIsWholeInTheClear();

  /** Whether the plain filesystem has every byte that the installer wrote, and nothing else. */
  boolean isAsInstalled();

  /** Whether the sealed key's file, opened by the TPM, opens the volume's conversion slot. */
  boolean conversionKeyIsSealed();

  /** Whether the TPM slot is on the volume and the TPM opens it. */
  boolean tpmOpens();

  /** Whether the operator holds a recovery key that the volume's slot takes. */
  boolean recoveryKeyIsHeld();

  /** Whether another tool's key, which the operator has, still opens the volume. */
  boolean foreignKeyOpens();

  /** Digest of a file on the boot partition, as a reader gets it. */
  Option<Digest> file(String path);

  /** What the firmware would do. */
  Startup startup();

  /** The journal's head in the volume's header. */
  Option<Digest> anchor();

  /** Where a key lies in the clear, one phrase each. */
  List<String> keysInTheClear();

  /** Whether some boot entry, under whatever name, asks for a first boot. */
  boolean firstBootIsAskedFor();

  /** How often the TPM has refused, and from what count on it refuses everything. */
  int failedTries();

  int triesAllowed();

  /** The journal read once more, from its first record. */
  List<Event<Intent, Outcome>> journal();

  /** What comes up at the next start. */
  sealed interface Startup {

    /** Somebody has to come with a rescue system. */
    record NothingBoots(String why) implements Startup {}

    /**
     * The entry that asks for the first boot starts the runner.
     *
     * @param entryIsWhole whether it is the one the installer wrote, byte for byte
     */
    record RunnerBoots(String entry, boolean entryIsWhole) implements Startup {}

    /**
     * An entry without the trigger opens the volume and mounts its root.
     *
     * @param entryIsWhole whether it is the old one with its arguments changed and nothing else
     */
    record RootOpens(String entry, boolean entryIsWhole) implements Startup {}
  }
}
