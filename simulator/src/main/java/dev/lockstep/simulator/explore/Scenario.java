package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.esp.ModelBootPartition;
import dev.lockstep.simulator.firmware.Firmware;
import dev.lockstep.simulator.luks.Layout;
import dev.lockstep.simulator.luks.PlainFilesystem;
import dev.lockstep.simulator.tpm.OffDisk;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.KeyChoice;
import dev.lockstep.statemachine.firstboot.Policy;
import dev.lockstep.statemachine.firstboot.Role;
import dev.lockstep.statemachine.firstboot.WhenNoTpm;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import dev.lockstep.statemachine.port.Surroundings.Facts;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where an exploration begins.
 *
 * @param name as on the command line
 * @param start what the installer left
 * @param measured what the firmware measures at every boot
 * @param tpm what use the machine's TPM is
 * @param keyFileGiven whether the operator gives the key of another tool's volume at each boot
 * @param asks what the operator may want each time the power comes back
 */
public record Scenario(
    String name,
    Layout layout,
    Image start,
    Firmware firmware,
    String measured,
    Policy policy,
    TpmHealth tpm,
    boolean keyFileGiven,
    List<Goal> asks) {

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

  public static final List<String> NAMES =
      List.of(FIRST_BOOT, UNDO, NO_TPM, TAKE_OVER, WORN_TPM, DATA_VOLUME);

  private static final String ENTRY = "loader/entries/lockstep.conf";

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
    return switch (name) {
      case FIRST_BOOT -> firstBoot(Layout.SMALL);
      case UNDO -> firstBoot(Layout.SMALL).asking(UNDO, List.of(Goal.values()));
      case TAKE_OVER -> firstBoot(Layout.SMALL).begunByAnotherTool();
      case NO_TPM -> firstBoot(Layout.SMALL).withoutTpm();
      case WORN_TPM -> firstBoot(Layout.SMALL).withWornTpm();
      case DATA_VOLUME -> firstBoot(Layout.SMALL).asDataVolume();
      default ->
          throw new IllegalArgumentException(
              "there is no scenario '%s'; there are %s".formatted(name, String.join(", ", NAMES)));
    };
  }

  private Scenario asking(String otherName, List<Goal> goals) {
    return new Scenario(otherName, layout, start, firmware, measured, policy, tpm, false, goals);
  }

  private Scenario begunByAnotherTool() {
    Image begun =
        new Image(
            PlainFilesystem.begunByAnotherTool(layout),
            start.boot(),
            start.journal(),
            start.offDisk());
    return new Scenario(TAKE_OVER, layout, begun, firmware, measured, policy, tpm, true, asks);
  }

  private Scenario withoutTpm() {
    KeyChoice keys =
        new KeyChoice(
            Job.STANDARD_SLOTS, Option.none(), WhenNoTpm.RECOVERY_ONLY, WhenNoTpm.RECOVERY_ONLY);
    return new Scenario(
        NO_TPM,
        layout,
        start,
        firmware,
        measured,
        policy.with(keys),
        TpmHealth.ABSENT,
        false,
        asks);
  }

  private Scenario asDataVolume() {
    return new Scenario(
        DATA_VOLUME,
        layout,
        start,
        firmware,
        measured,
        policy.with(Role.DATA),
        tpm,
        keyFileGiven,
        asks);
  }

  /** One try above the reserve: a single cut while the TPM works brings it there. */
  private Scenario withWornTpm() {
    Image worn =
        new Image(
            start.root(), start.boot(), start.journal(), new OffDisk(0, OffDisk.TRIES_ALLOWED - 2));
    return new Scenario(
        WORN_TPM, layout, worn, firmware, measured, policy, tpm, keyFileGiven, asks);
  }

  /** One boot ends it; a TPM that must recover first takes another. */
  int bootsToEnd() {
    return cutsCostTries() ? 2 : 1;
  }

  boolean cutsCostTries() {
    return name.equals(WORN_TPM);
  }

  /** A freshly installed machine, about to be encrypted. */
  public static Scenario firstBoot(Layout layout) {
    Map<String, byte[]> installed = new TreeMap<>();
    installed.put("vmlinuz", bytes("the kernel"));
    installed.put("initrd.img", bytes("the initrd, with Lockstep's runner in it"));
    installed.put(ENTRY, bytes(ENTRY_TEXT));
    Image start =
        new Image(
            PlainFilesystem.image(layout),
            bootPartition(installed),
            DiskImage.BLANK,
            OffDisk.NOTHING);
    // The count of boots without progress is left out of states, so its limit must be out of reach.
    Policy policy =
        new Policy(Layout.bytes(layout.shiftSectors()), 0, Integer.MAX_VALUE, Goal.ENCRYPT);
    return new Scenario(
        FIRST_BOOT,
        layout,
        start,
        new Firmware(installed, ENTRY),
        "firmware-1",
        policy,
        TpmHealth.READY,
        false,
        List.of(Goal.ENCRYPT));
  }

  Facts facts(OffDisk offDisk) {
    boolean worn = cutsCostTries() && offDisk.isNearLockout();
    return new Facts(
        new DiskIdentity("model-disk", "model-partition"),
        Layout.bytes(layout.partitionSectors()),
        "2.6.1",
        worn ? TpmHealth.LOCKED_OUT : tpm,
        worn ? "The TPM's counter is at " + offDisk.failedTries() + "." : "",
        Long.MAX_VALUE,
        false);
  }

  private static DiskImage bootPartition(Map<String, byte[]> files) {
    ModelDisk disk = new ModelDisk(Domain.BOOT, DiskImage.BLANK, Power.STEADY);
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
