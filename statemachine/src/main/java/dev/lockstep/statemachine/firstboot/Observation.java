package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks.Discovery;
import dev.lockstep.statemachine.port.Surroundings.Facts;
import io.vavr.control.Option;
import java.util.List;
import java.util.UUID;

/**
 * The world as the decider gets to see it, read anew before every decision.
 *
 * @param policy what the operator fixed
 * @param facts about disk, TPM and tools
 * @param volume what the root partition's first bytes say
 * @param head digest of the window's first shift, where the {@link Survey} wants it
 * @param tail digest of the window's last shift, likewise
 * @param headIsExplained whether each sector of the head is the tail copy's or the initialised
 *     header's, which is all that a cut in the placing can leave
 * @param sealedKey digest of the file as it is on the boot partition
 * @param preparedHeader likewise
 * @param initialisedHeader likewise
 * @param recoveryKeyInMemory whether the recovery key can still be handed over
 * @param keysAreLost whether a key that the journal vouches for can't be had any more
 * @param discovery of a volume under LUKS2, while the journal says that there is none
 * @param strayHeadCopy whether the reserve holds a copy of the plain head that the head differs
 *     from, while there is no journal
 * @param tpm whether it opens the finished volume that it should open, and if not, why
 * @param entries every boot entry that could be parsed
 * @param freshUuid random, for a header to be made
 */
public record Observation(
    Policy policy,
    Facts facts,
    VolumeState volume,
    Option<Digest> head,
    Option<Digest> tail,
    boolean headIsExplained,
    Option<Digest> sealedKey,
    Option<Digest> preparedHeader,
    Option<Digest> initialisedHeader,
    boolean recoveryKeyInMemory,
    boolean keysAreLost,
    Option<Discovery> discovery,
    boolean strayHeadCopy,
    TpmVerdict tpm,
    List<EntrySeen> entries,
    UUID freshUuid) {

  public Observation {
    entries = List.copyOf(entries);
  }

  /** The same world, with something else wanted of it. */
  public Observation asking(Goal goal) {
    return new Observation(
        policy.with(goal),
        facts,
        volume,
        head,
        tail,
        headIsExplained,
        sealedKey,
        preparedHeader,
        initialisedHeader,
        recoveryKeyInMemory,
        keysAreLost,
        discovery,
        strayHeadCopy,
        tpm,
        entries,
        freshUuid);
  }

  /** The same disk in another machine. */
  public Observation on(Facts others) {
    return new Observation(
        policy,
        others,
        volume,
        head,
        tail,
        headIsExplained,
        sealedKey,
        preparedHeader,
        initialisedHeader,
        recoveryKeyInMemory,
        keysAreLost,
        discovery,
        strayHeadCopy,
        tpm,
        entries,
        freshUuid);
  }

  /** The same world, but for the head of the window. */
  public Observation withHead(Digest other) {
    return new Observation(
        policy,
        facts,
        volume,
        Option.some(other),
        tail,
        headIsExplained,
        sealedKey,
        preparedHeader,
        initialisedHeader,
        recoveryKeyInMemory,
        keysAreLost,
        discovery,
        strayHeadCopy,
        tpm,
        entries,
        freshUuid);
  }

  /**
   * Whether the header was placed in part, whatever the journal says. A record that rotted is cut
   * off with the journal's tail; were the intent to place lost so, the torn head must not be staged
   * over its only whole copy. A plain system that ran meanwhile wrote sectors that neither has.
   */
  boolean headIsTorn(Placement placement) {
    return !head.contains(placement.head())
        && tail.contains(placement.head())
        && initialisedHeader.contains(placement.header())
        && headIsExplained;
  }

  Option<EntrySeen> entry(String name) {
    return Option.ofOptional(entries.stream().filter(e -> e.name().equals(name)).findFirst());
  }

  /** The entry with the trigger, under whatever name a loader that counts tries has given it. */
  Option<EntrySeen> sameEntry(String name) {
    return Option.ofOptional(
        entries.stream()
            .filter(e -> e.trigger() && EntrySwitch.stem(e.name()).equals(EntrySwitch.stem(name)))
            .findFirst());
  }

  long entriesWithTrigger() {
    return entries.stream().filter(EntrySeen::trigger).count();
  }

  Option<EntrySeen> entryWithTrigger() {
    return Option.ofOptional(entries.stream().filter(EntrySeen::trigger).findFirst());
  }

  Option<EntrySeen> entryThatUnlocks(UUID luksUuid) {
    return Option.ofOptional(
        entries.stream().filter(e -> !e.trigger() && e.unlocks().contains(luksUuid)).findFirst());
  }
}
