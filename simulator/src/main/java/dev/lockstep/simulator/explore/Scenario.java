package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.esp.ModelBootPartition;
import dev.lockstep.simulator.firmware.Firmware;
import dev.lockstep.simulator.journal.Release;
import dev.lockstep.simulator.luks.Layout;
import dev.lockstep.simulator.luks.Layout.Filesystem;
import dev.lockstep.simulator.luks.PlainFilesystem;
import dev.lockstep.simulator.luks.UsedDisk;
import dev.lockstep.simulator.tpm.ModelKeys.Given;
import dev.lockstep.simulator.tpm.OffDisk;
import dev.lockstep.statemachine.firstboot.BehindWindow;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.KeyChoice;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.Policy;
import dev.lockstep.statemachine.firstboot.Role;
import dev.lockstep.statemachine.firstboot.WhenNoTpm;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import dev.lockstep.statemachine.port.Surroundings.Facts;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Where an exploration begins.
 *
 * @param name as on the command line
 * @param start what the installer left
 * @param measured what the firmware measures at every boot
 * @param tpm what use the machine's TPM is
 * @param asks what the operator may want each time the power comes back
 * @param sectorsAtOnce how many sectors of 512 bytes the disk writes whole or not at all: 1 or 8
 * @param mishapsUpTo mishaps come in boots begun after at most so many cuts; none below zero
 * @param traits what else is special
 */
public record Scenario(
    String name,
    Layout layout,
    Image start,
    Firmware firmware,
    String measured,
    Policy policy,
    TpmHealth tpm,
    List<Wish> asks,
    int sectorsAtOnce,
    int mishapsUpTo,
    Set<Trait> traits) {

  /** What sets a scenario's machine, or the people around it, apart from the standard one. */
  enum Trait {
    /** The operator gives the key of another tool's volume at each boot. */
    KEY_FILE_GIVEN,
    /** The machine has another TPM than the one that the volume was encrypted with. */
    TPM_EXCHANGED,
    /** The TPM counts a try for each cut while it works. */
    CUTS_COST_TRIES,
    /** The loader counts one for each boot, in the entry's name. */
    BOOTS_COST_TRIES,
    /** Whoever finds the volume finished grows its filesystem by hand. */
    GROWN_BY_HAND,
    /** The kernel can open the volume, and so grow its filesystem. */
    OPENS_VOLUME,
    /** Its initrd is of the release to come, and an earlier one may be booted at any time. */
    UPGRADED
  }

  public Scenario {
    asks = List.copyOf(asks);
    traits = Set.copyOf(traits);
  }

  public static final String FIRST_BOOT = "first-boot";

  /** At any instant the operator may want the plain disk back, or then after all encrypt it. */
  public static final String UNDO = "undo";

  /** No TPM, and a policy that lets go of it: whoever has the recovery key resumes. */
  public static final String NO_TPM = "first-boot-no-tpm";

  /** cryptsetup's own command line has begun it, and lost its power. */
  public static final String TAKE_OVER = "take-over";

  /** A TPM that has counted tries before, and counts one for each cut while it works. */
  public static final String WORN_TPM = "first-boot-worn-tpm";

  /** A data volume, whose machine has no boot entry of its own. */
  public static final String DATA_VOLUME = "data-volume";

  /** A policy that wants no TPM: a password, and the recovery key. */
  public static final String PASSWORD = "first-boot-password";

  /** A policy with a password besides what is standard. */
  public static final String THREE_KEYS = "first-boot-three-keys";

  public static final String XFS = "first-boot-xfs";
  public static final String BTRFS = "first-boot-btrfs";

  /** A disk that writes 4096 bytes whole or not at all. */
  public static final String LARGE_SECTORS = "first-boot-4096";

  /** A loader that counts the entry's tries in its name, one for each boot: it runs out of them. */
  public static final String COUNTED_ENTRY = "first-boot-counted-entry";

  /** A loader that prefers the new entry as soon as it is one: in whatever order it has them. */
  public static final String NEW_ENTRY_FIRST = "first-boot-new-entry-first";

  /** A boot partition in a filesystem with a journal. */
  public static final String JOURNALED_BOOT = "first-boot-journaled-boot";

  /**
   * A disk that was in use, to be overwritten behind the window; whoever finds the volume finished
   * and the power back grows its filesystem by hand, into what is to be overwritten.
   */
  public static final String USED_DISK = "used-disk";

  /**
   * A disk that was in use, to be overwritten behind the window, and a kernel that can open the
   * volume: its filesystem grows into all of that, over the place of the head's copy too.
   */
  public static final String GROWTH = "first-boot-growth";

  /** A finished machine has another TPM now, and its operator gives the recovery key. */
  public static final String TPM_EXCHANGE = "tpm-exchange";

  /**
   * Whenever the power comes back, the runner of any of three releases goes on with the journal, or
   * says why it can't.
   */
  public static final String UPGRADE = "upgrade";

  /** One mishap in the first of all boots, then cuts. */
  public static final String MISHAPS = "first-boot-mishaps";

  private static final Map<String, UnaryOperator<Scenario>> ALL = all();

  public static final List<String> NAMES = List.copyOf(ALL.keySet());

  /** What the TPM was called that a finished machine had before, and what it measured. */
  static final String EARLIER_TPM = "A:firmware-1";

  private static final String PRESENT_TPM = "B:firmware-1";
  private static final int LARGE_SECTOR = 8;
  private static final String ENTRY = "loader/entries/lockstep.conf";
  private static final String COUNTED = "loader/entries/lockstep+2.conf";

  /** Longer than a sector, with its arguments in the second: so it can be torn in the middle. */
  private static final String ENTRY_TEXT =
      "title Model OS\nversion 1\nlinux /vmlinuz\ninitrd /initrd.img\n"
          + ("# " + "kept as it is, whatever the first boot changes ".repeat(10) + "\n")
          + "options root=UUID="
          + PlainFilesystem.UUID_TEXT
          + " rd.lockstep.encrypt=tpm2 quiet\n";

  /**
   * The scenario of this name.
   *
   * @throws IllegalArgumentException with one sentence, if there is none of that name
   */
  public static Scenario named(String name) {
    UnaryOperator<Scenario> change = ALL.get(name);
    if (change == null) {
      throw new IllegalArgumentException(
          "there is no scenario '%s'; there are %s".formatted(name, String.join(", ", NAMES)));
    }
    return change.apply(firstBoot(Layout.SMALL)).called(name);
  }

  private static Map<String, UnaryOperator<Scenario>> all() {
    Map<String, UnaryOperator<Scenario>> all = new LinkedHashMap<>();
    all.put(FIRST_BOOT, UnaryOperator.identity());
    all.put(UNDO, first -> first.asking(List.of(Wish.ENCRYPT, Wish.UNDO, Wish.ENCRYPT_AGAIN)));
    all.put(NO_TPM, Scenario::withoutTpm);
    all.put(TAKE_OVER, Scenario::begunByAnotherTool);
    all.put(WORN_TPM, Scenario::withWornTpm);
    all.put(DATA_VOLUME, first -> first.with(first.policy().with(Role.DATA), first.tpm()));
    all.put(PASSWORD, first -> first.opening(List.of(Slot.RECOVERY, Slot.PASSWORD)));
    all.put(THREE_KEYS, first -> first.opening(List.of(Slot.TPM2, Slot.RECOVERY, Slot.PASSWORD)));
    all.put(XFS, first -> firstBoot(first.layout().with(Filesystem.XFS)));
    all.put(BTRFS, first -> firstBoot(first.layout().with(Filesystem.BTRFS)));
    all.put(LARGE_SECTORS, first -> first.writingAtOnce(LARGE_SECTOR));
    all.put(
        COUNTED_ENTRY, first -> firstBoot(first.layout(), COUNTED).with(Trait.BOOTS_COST_TRIES));
    all.put(NEW_ENTRY_FIRST, first -> first.with(first.firmware().preferringOthers()));
    all.put(JOURNALED_BOOT, Scenario::withJournaledBoot);
    all.put(USED_DISK, first -> first.onUsedDisk().with(Trait.GROWN_BY_HAND));
    all.put(GROWTH, first -> first.onUsedDisk().with(Trait.OPENS_VOLUME));
    all.put(TPM_EXCHANGE, Scenario::withAnotherTpm);
    all.put(UPGRADE, Scenario::upgraded);
    all.put(MISHAPS, first -> first.suffering(0));
    return all;
  }

  private Scenario called(String otherName) {
    return copy(otherName, start, firmware, policy, tpm);
  }

  private Scenario from(Image otherStart) {
    return copy(name, otherStart, firmware, policy, tpm);
  }

  private Scenario with(Firmware otherFirmware) {
    return copy(name, start, otherFirmware, policy, tpm);
  }

  private Scenario with(Policy otherPolicy, TpmHealth otherTpm) {
    return copy(name, start, firmware, otherPolicy, otherTpm);
  }

  private Scenario copy(
      String otherName,
      Image otherStart,
      Firmware otherFirmware,
      Policy otherPolicy,
      TpmHealth otherTpm) {
    return new Scenario(
        otherName,
        layout,
        otherStart,
        otherFirmware,
        measured,
        otherPolicy,
        otherTpm,
        asks,
        sectorsAtOnce,
        mishapsUpTo,
        traits);
  }

  private Scenario with(List<Wish> goals, int atOnce, int upTo, Set<Trait> special) {
    return new Scenario(
        name, layout, start, firmware, measured, policy, tpm, goals, atOnce, upTo, special);
  }

  private Scenario with(Trait trait) {
    return with(asks, sectorsAtOnce, mishapsUpTo, EnumSet.of(trait));
  }

  private Scenario asking(List<Wish> goals) {
    return with(goals, sectorsAtOnce, mishapsUpTo, traits);
  }

  private Scenario writingAtOnce(int sectors) {
    return with(asks, sectors, mishapsUpTo, traits);
  }

  private Scenario suffering(int upToCuts) {
    return with(asks, sectorsAtOnce, upToCuts, traits);
  }

  private Scenario opening(List<Slot> slots) {
    KeyChoice keys = new KeyChoice(slots, Option.none(), WhenNoTpm.CLEAR, WhenNoTpm.CLEAR);
    return with(policy.with(keys), tpm);
  }

  private Scenario withJournaledBoot() {
    DiskImage boot =
        bootPartition(ModelBootPartition.files(start.boot()), ModelBootPartition::formatJournaled);
    return from(new Image(start.root(), boot, start.journal(), start.offDisk()));
  }

  private Scenario begunByAnotherTool() {
    Image begun =
        new Image(
            PlainFilesystem.begunByAnotherTool(layout),
            start.boot(),
            start.journal(),
            start.offDisk());
    return from(begun).with(Trait.KEY_FILE_GIVEN);
  }

  private Scenario withAnotherTpm() {
    Scenario before = measuring(EARLIER_TPM);
    return before
        .from(FinishedMachine.of(before))
        .measuring(PRESENT_TPM)
        .with(policy.withOperatorsKey(), tpm)
        .with(Trait.TPM_EXCHANGED);
  }

  private Scenario measuring(String otherwise) {
    return new Scenario(
        name,
        layout,
        start,
        firmware,
        otherwise,
        policy,
        tpm,
        asks,
        sectorsAtOnce,
        mishapsUpTo,
        traits);
  }

  /** What the operator brings along to each boot. */
  Given given() {
    if (has(Trait.TPM_EXCHANGED)) {
      return Given.RECOVERY_KEY;
    }
    return has(Trait.KEY_FILE_GIVEN) ? Given.KEY_FILE : Given.NONE;
  }

  private Scenario withoutTpm() {
    KeyChoice keys =
        new KeyChoice(
            Job.STANDARD_SLOTS, Option.none(), WhenNoTpm.RECOVERY_ONLY, WhenNoTpm.RECOVERY_ONLY);
    return with(policy.with(keys), TpmHealth.ABSENT);
  }

  /** One try above the reserve: a single cut while the TPM works brings it there. */
  private Scenario withWornTpm() {
    Image worn =
        new Image(
            start.root(), start.boot(), start.journal(), new OffDisk(0, OffDisk.TRIES_ALLOWED - 2));
    return from(worn).with(Trait.CUTS_COST_TRIES);
  }

  private Scenario upgraded() {
    return asking(List.of(Wish.ENCRYPT, Wish.RUN_PRESENT_RELEASE, Wish.RUN_FIRST_RELEASE))
        .with(Trait.UPGRADED);
  }

  private Scenario onUsedDisk() {
    Image used =
        new Image(
            UsedDisk.of(layout, start.root()), start.boot(), start.journal(), start.offDisk());
    return from(used).with(policy.with(BehindWindow.WIPE), tpm);
  }

  /** The root partition as a boot finds it: a person may have been there. */
  DiskImage found(DiskImage root, Phase phase) {
    return has(Trait.GROWN_BY_HAND) && isWiped(phase) ? UsedDisk.grownByHand(layout, root) : root;
  }

  /** Before, whoever grows the filesystem is told to shrink it: a mishap, not this scenario's. */
  private static boolean isWiped(Phase phase) {
    return phase instanceof Phase.UnderLuks
        && !(phase instanceof Phase.HeaderPlaced
            || phase instanceof Phase.TakenOver
            || phase instanceof Phase.Converted
            || phase instanceof Phase.Finalised);
  }

  /** One boot ends it; a TPM that must recover first takes another. */
  int bootsToEnd() {
    return has(Trait.CUTS_COST_TRIES) ? 2 : 1;
  }

  /** Of the runner in this machine's initrd. */
  Release release() {
    return has(Trait.UPGRADED) ? Release.NEXT : Release.PRESENT;
  }

  boolean has(Trait trait) {
    return traits.contains(trait);
  }

  /** A freshly installed machine, about to be encrypted. */
  public static Scenario firstBoot(Layout layout) {
    return firstBoot(layout, ENTRY);
  }

  private static Scenario firstBoot(Layout layout, String entry) {
    Map<String, byte[]> installed = new TreeMap<>();
    installed.put("vmlinuz", bytes("the kernel"));
    installed.put("initrd.img", bytes("the initrd, with Lockstep's runner in it"));
    installed.put(entry, bytes(ENTRY_TEXT));
    Image start =
        new Image(
            PlainFilesystem.image(layout),
            bootPartition(installed, _ -> {}),
            DiskImage.BLANK,
            OffDisk.NOTHING);
    // The count of boots without progress is left out of states, so its limit must be out of reach.
    Policy policy =
        new Policy(Layout.bytes(layout.shiftSectors()), 0, Integer.MAX_VALUE, Goal.ENCRYPT);
    return new Scenario(
        FIRST_BOOT,
        layout,
        start,
        new Firmware(installed, entry),
        "firmware-1",
        policy,
        TpmHealth.READY,
        List.of(Wish.ENCRYPT),
        1,
        -1,
        Set.of());
  }

  Facts facts(OffDisk offDisk) {
    boolean worn = has(Trait.CUTS_COST_TRIES) && offDisk.isNearLockout();
    return new Facts(
        new DiskIdentity("model-disk", "model-partition"),
        Layout.bytes(layout.partitionSectors()),
        "2.6.1",
        worn ? TpmHealth.LOCKED_OUT : tpm,
        worn ? "The TPM's counter is at " + offDisk.failedTries() + "." : "",
        Long.MAX_VALUE,
        false);
  }

  private static DiskImage bootPartition(Map<String, byte[]> files, Consumer<ModelDisk> format) {
    ModelDisk disk = new ModelDisk(Domain.BOOT, DiskImage.BLANK, Power.STEADY);
    format.accept(disk);
    ModelBootPartition partition = new ModelBootPartition(disk);
    try {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        partition.write(file.getKey(), file.getValue());
        partition.sync(file.getKey());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return disk.durable();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
