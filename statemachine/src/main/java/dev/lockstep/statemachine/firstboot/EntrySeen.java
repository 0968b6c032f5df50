package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.util.List;
import java.util.UUID;

/**
 * One boot entry, as read from the boot partition.
 *
 * @param name of the file
 * @param trigger whether it asks for a first boot
 * @param triggerFault what is wrong with its trigger, in one sentence
 * @param pcrs the TPM registers that keys are to be bound to
 * @param unlocks the volume that its arguments open
 * @param content digest of the file
 */
public record EntrySeen(
    String name,
    boolean trigger,
    Option<String> triggerFault,
    List<Integer> pcrs,
    Option<UUID> unlocks,
    Digest content) {

  public EntrySeen {
    pcrs = List.copyOf(pcrs);
  }
}
