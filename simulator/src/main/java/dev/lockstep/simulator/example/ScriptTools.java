package dev.lockstep.simulator.example;

import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.simulator.esp.ModelBootPartition;
import dev.lockstep.simulator.guest.Hardware;
import dev.lockstep.simulator.journal.Registry;
import dev.lockstep.simulator.luks.Layout;
import dev.lockstep.simulator.luks.LuksHeader;
import dev.lockstep.simulator.luks.ModelLuks;
import dev.lockstep.simulator.luks.VolumeReading;
import dev.lockstep.simulator.tpm.ModelKeys;
import dev.lockstep.simulator.tpm.Names;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks.Slot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;

/** What a script calls: each method is one command, with the writes and flushes that it makes. */
final class ScriptTools {

  static final String ENTRY = "loader/entries/os.conf";

  private static final List<Integer> PCRS = List.of(7);
  private static final int SECTOR_BYTES = 512;

  private final Layout layout;
  private final Hardware hardware;
  private final Names names;
  private final ModelKeys keys;
  private final ModelLuks luks;
  private final ModelBootPartition boot;

  ScriptTools(Layout layout, Hardware hardware) {
    this.layout = layout;
    this.hardware = hardware;
    this.names = new Names(this::namesInUse);
    this.keys =
        new ModelKeys(
            hardware.tpm(),
            names,
            new Registry(),
            hardware.power(),
            () ->
                new VolumeReading(layout, hardware.root()::sector).header().map(LuksHeader::number),
            ModelKeys.Given.NONE);
    this.luks = new ModelLuks(layout, hardware.root(), keys);
    this.boot = new ModelBootPartition(hardware.boot());
  }

  private Marks namesInUse() {
    return hardware.root().marks().and(hardware.boot().marks()).and(keys.names());
  }

  /** {@code cryptsetup isLuks}, or {@code blkid}: the signature, and no look behind it. */
  boolean isLuks() {
    return !(luks.look() instanceof VolumeState.Plain);
  }

  /** A passphrase in a shell variable. */
  void makePassphrase() {
    keys.noteNewConversionKey();
  }

  /**
   * {@code cryptsetup reencrypt --encrypt --reduce-device-size 32M}: the head copied, no flush, the
   * header written, flush, then zone after zone.
   */
  void reencrypt() throws IOException, KeyRefused {
    byte[] header =
        luks.formatHeader(
            Names.uuid(names.freshHeader()), List.of(Slot.CONVERSION), List.of(), SECTOR_BYTES);
    byte[] initialised = luks.initialise(header, Layout.bytes(layout.windowSectors()));
    hardware.root().write(0, initialised);
    hardware.root().flush();
    luks.resume((_, _) -> true);
  }

  /** {@code systemd-cryptenroll --tpm2-device=auto}. */
  void enrolTpm2() throws IOException, KeyRefused {
    luks.addSlot(Slot.TPM2, PCRS);
  }

  /** {@code systemd-cryptenroll --recovery-key}, and somebody writes it down. */
  void enrolRecoveryKey() throws IOException, KeyRefused {
    keys.makeRecoveryKey();
    luks.addSlot(Slot.RECOVERY, List.of());
    keys.handOverRecoveryKey();
  }

  /** {@code systemd-cryptenroll --wipe-slot=password}. */
  void wipePassphraseSlot() throws IOException {
    luks.killConversionSlot();
  }

  /** Changes the boot entry's arguments in its file, as an editor does. */
  void editEntry(UnaryOperator<String> change) throws IOException {
    String text = new String(boot.read(ENTRY).getOrElse(new byte[0]), StandardCharsets.UTF_8);
    boot.write(ENTRY, change.apply(text).getBytes(StandardCharsets.UTF_8));
    boot.sync(ENTRY);
  }
}
