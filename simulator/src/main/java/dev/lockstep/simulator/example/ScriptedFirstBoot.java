package dev.lockstep.simulator.example;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.esp.ModelBootPartition;
import dev.lockstep.simulator.explore.Image;
import dev.lockstep.simulator.guest.Guest;
import dev.lockstep.simulator.guest.Hardware;
import dev.lockstep.simulator.luks.Layout;
import dev.lockstep.simulator.luks.LuksHeader;
import dev.lockstep.simulator.luks.PlainFilesystem;
import dev.lockstep.simulator.luks.VolumeReading;
import dev.lockstep.simulator.tpm.OffDisk;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A first boot that a script does: its start, and what of it must not get lost. */
abstract class ScriptedFirstBoot implements Guest {

  static final String TRIGGER = " encrypt.on.first.boot";
  static final String UNLOCK = " unlock.the.root";

  /** Part of it is ciphertext, and no key for it is anywhere. */
  static final String KEY_GONE =
      "part of the filesystem is encrypted, and its only key was in memory";

  /** The header lies where the head was. */
  static final String HEAD_GONE =
      "the filesystem's head is neither in its place nor whole at the end of the partition";

  static final String NOTHING_BOOTS = "the boot entry neither starts the script nor opens the root";
  static final String HALTED =
      "the volume is encrypted, and each boot ends at a script that finds it so and does no more";
  static final String ARGUMENTS_GONE =
      "the boot entry is whole, and has neither the trigger nor the arguments that unlock the root";
  static final String STUCK = "the disk stays half in the clear, and no later boot goes on with it";

  private static final Layout LAYOUT = Layout.SMALL;
  private static final String KERNEL = "linux /vmlinuz";
  private static final String ROOT = " root=/dev/disk/by-label/root";

  private final String name;

  ScriptedFirstBoot(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Image start() {
    ModelDisk disk = new ModelDisk(Domain.BOOT, DiskImage.BLANK, Power.STEADY);
    try {
      ModelBootPartition boot = new ModelBootPartition(disk);
      boot.write(ScriptTools.ENTRY, (KERNEL + TRIGGER + ROOT).getBytes(StandardCharsets.UTF_8));
      boot.sync(ScriptTools.ENTRY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Image(
        PlainFilesystem.image(LAYOUT), disk.durable(), DiskImage.BLANK, OffDisk.NOTHING);
  }

  @Override
  public void boot(Hardware hardware) throws IOException, KeyRefused {
    if (entry(hardware.boot().durable()).contains(TRIGGER)) {
      script(new ScriptTools(LAYOUT, hardware));
    }
  }

  /** The script, from its first line. */
  abstract void script(ScriptTools tools) throws IOException, KeyRefused;

  @Override
  public Option<String> lost(Image left) {
    VolumeReading volume = new VolumeReading(LAYOUT, left.root()::sector);
    if (volume.wholeInTheClear() || volume.wholeWithHeadCopy()) {
      return Option.none();
    }
    return volume
        .header()
        .filter(volume::wholeThrough)
        .map(header -> Option.when(!keyIsLeft(header, left.offDisk()), KEY_GONE))
        .getOrElse(Option.some(HEAD_GONE));
  }

  private static boolean keyIsLeft(LuksHeader header, OffDisk offDisk) {
    return header.slots().contains(Slot.TPM2)
        || (header.slots().contains(Slot.RECOVERY) && offDisk.holdsRecoveryKey(header.number()));
  }

  @Override
  public Option<String> unfinished(Image left) {
    VolumeReading volume = new VolumeReading(LAYOUT, left.root()::sector);
    String entry = entry(left.boot());
    return switch (volume.state()) {
      case VolumeState.Encrypted _ when entry.contains(TRIGGER) -> Option.some(HALTED);
      case VolumeState.Encrypted _ when entry.equals(KERNEL + ROOT) -> Option.some(ARGUMENTS_GONE);
      case VolumeState.Encrypted _ -> Option.when(!entry.contains(UNLOCK), NOTHING_BOOTS);
      case VolumeState.Plain _ ->
          Option.when(!entry.startsWith(KERNEL) || !entry.contains(ROOT), NOTHING_BOOTS);
      case VolumeState.Converting _,
          VolumeState.ConvertedNotFinalised _,
          VolumeState.ForeignConversion _,
          VolumeState.Unrecognised _ ->
          Option.some(STUCK);
    };
  }

  private static String entry(DiskImage boot) {
    byte[] text = ModelBootPartition.files(boot).get(ScriptTools.ENTRY);
    return text == null ? "" : new String(text, StandardCharsets.UTF_8);
  }
}
