package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks.Discovery;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import dev.lockstep.statemachine.port.Surroundings.Facts;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.control.Option;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** One machine, one disk, and what is seen of it when nothing is amiss. */
final class Fixture {

  static final Policy POLICY = new Policy(100, 1000, 5, Goal.ENCRYPT);
  static final UUID LUKS = UUID.fromString("11111111-2222-4333-8444-555555555555");
  static final UUID FRESH = UUID.fromString("99999999-2222-4333-8444-555555555555");
  static final UUID OTHER = UUID.fromString("77777777-2222-4333-8444-555555555555");
  static final Plain FILESYSTEM = new Plain("ext4", "filesystem-uuid", 800, 10);
  static final DiskIdentity DISK = new DiskIdentity("disk", "partition");
  static final Job JOB = new Job(DISK, FILESYSTEM, 100, 1000, 2000, List.of(7));

  static final Digest SEALED = digest("sealed key");
  static final Digest PREPARED = digest("prepared header");
  static final Digest INITIALISED = digest("initialised header");
  static final Digest HEAD = digest("plain head");
  static final Digest TORN = digest("torn");
  static final Digest ENTRY = digest("new entry");

  static final Credentials CREDENTIALS = new Credentials(SEALED, LUKS, PREPARED);
  static final Placement PLACEMENT = new Placement(CREDENTIALS, HEAD, INITIALISED);
  static final EntrySeen OLD_ENTRY =
      new EntrySeen("os.conf", true, Option.none(), List.of(7), Option.none(), digest("old entry"));
  static final EntrySeen NEW_ENTRY =
      new EntrySeen(
          "os~encrypted.conf", false, Option.none(), List.of(7), Option.some(LUKS), ENTRY);

  private Fixture() {}

  static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static State<Phase, Intent> in(Phase phase) {
    return State.in(phase);
  }

  static State<Phase, Intent> in(Phase phase, Intent open) {
    return new State<>(phase, Option.some(open), 1);
  }

  /** Everything as it should be while the disk is plain and all is prepared. */
  static Seen plain() {
    return new Seen();
  }

  static Seen underLuks(VolumeState volume) {
    Seen seen = new Seen();
    seen.volume = volume;
    return seen;
  }

  static Seen encrypted() {
    return underLuks(new VolumeState.Encrypted(LUKS, EnumSet.allOf(Slot.class)));
  }

  static Seen encrypted(Slot... slots) {
    return underLuks(new VolumeState.Encrypted(LUKS, Set.of(slots)));
  }

  /** An observation to be bent. */
  static final class Seen {
    Policy policy = POLICY;
    Facts facts = new Facts(DISK, 2000, "2.6.1", TpmHealth.READY, "", 1000, false);
    VolumeState volume = FILESYSTEM;
    Option<Digest> head = Option.some(HEAD);
    Option<Digest> tail = Option.some(HEAD);
    boolean headIsExplained = true;
    Option<Digest> sealedKey = Option.some(SEALED);
    Option<Digest> preparedHeader = Option.some(PREPARED);
    Option<Digest> initialisedHeader = Option.some(INITIALISED);
    boolean recoveryKeyInMemory = true;
    boolean keysAreLost = false;
    Option<Discovery> discovery = Option.none();
    boolean strayHeadCopy = false;
    TpmVerdict tpm = TpmVerdict.OPENS;
    List<EntrySeen> entries = List.of(OLD_ENTRY);

    Observation build() {
      return new Observation(
          policy,
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
          FRESH);
    }
  }
}
