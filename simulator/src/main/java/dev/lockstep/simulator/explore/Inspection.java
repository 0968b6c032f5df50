package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.esp.ModelBootPartition;
import dev.lockstep.simulator.explore.Scenario.Trait;
import dev.lockstep.simulator.firmware.Firmware;
import dev.lockstep.simulator.journal.JournalScans;
import dev.lockstep.simulator.luks.Layout;
import dev.lockstep.simulator.luks.LuksHeader;
import dev.lockstep.simulator.luks.UsedDisk;
import dev.lockstep.simulator.luks.VolumeReading;
import dev.lockstep.simulator.tpm.ModelTpm;
import dev.lockstep.simulator.tpm.OffDisk;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.invariant.Medium;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.Lazy;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** An image, looked at with all that only the simulator knows. Looks when asked, not before. */
final class Inspection implements Medium {

  private final Simulation simulation;
  private final Image image;
  private final RootFacts root;
  private final Lazy<Map<String, byte[]>> files;

  Inspection(Simulation simulation, Image image) {
    this.simulation = simulation;
    this.image = image;
    this.root = RootFacts.of(simulation.scenario().layout(), image);
    this.files = Lazy.of(() -> ModelBootPartition.files(image.boot()));
  }

  @Override
  public boolean isAsInstalled() {
    return restIsAsInstalled() && root.asInstalled();
  }

  private boolean restIsAsInstalled() {
    Layout layout = simulation.scenario().layout();
    DiskImage installed = simulation.scenario().start().root();
    return IntStream.range(layout.windowSectors(), layout.partitionSectors())
        .allMatch(at -> image.root().sector(at).equals(installed.sector(at)));
  }

  @Override
  public boolean earlierContentIsLeft() {
    return UsedDisk.holdsEarlierContent(simulation.scenario().layout(), image.root());
  }

  static boolean finishedContentIsWhole(Simulation simulation, Image image) {
    RootFacts root = RootFacts.of(simulation.scenario().layout(), image);
    // Another tool's crypttab was encrypted before anybody could stage ours.
    return root.restIsWhole()
        && (root.grown() || !simulation.scenario().has(Trait.OPENS_VOLUME))
        && tpmIsExchanged(simulation.scenario(), image, root)
        && (root.header().exists(LuksHeader::foreign)
            ? root.wholeThroughHeader()
            : root.wholeAndStaged());
  }

  /**
   * At the end there is one TPM's key, the present one's, and nothing is left set aside; and the
   * journal tells which TPM that is.
   */
  private static boolean tpmIsExchanged(Scenario scenario, Image image, RootFacts root) {
    return !scenario.has(Trait.TPM_EXCHANGED)
        || (root.boundTpms().equals(Set.of(scenario.measured()))
            && root.keySlots().contains(Slot.TPM2)
            && !root.header().exists(LuksHeader::tpmIsSetAside)
            && image.journalReading().tpm().equals(tpm(scenario).identity()));
  }

  private Option<LuksHeader> header() {
    return root.header();
  }

  @Override
  public VolumeState volume() {
    return root.volume();
  }

  @Override
  public Digest tail() {
    int shift = simulation.scenario().layout().shiftSectors();
    return simulation
        .registry()
        .digest(
            new VolumeReading(simulation.scenario().layout(), image.root()::sector)
                .content(simulation.scenario().layout().tailSector(), shift));
  }

  @Override
  public boolean everySlotIsNamed() {
    return header().forAll(LuksHeader::everySlotIsNamed);
  }

  @Override
  public boolean headCopyIsGone() {
    return root.headCopyIsGone();
  }

  @Override
  public boolean contentIsWhole() {
    return root.restIsWhole() && (root.wholeThroughHeader() || contentIsWholeInTheClear());
  }

  @Override
  public boolean contentIsWholeInTheClear() {
    return root.wholeInTheClear() || root.wholeWithHeadCopy();
  }

  @Override
  public boolean conversionKeyIsSealed() {
    byte[] blob = files.get().get(PreparedFile.SEALED_KEY.path());
    if (blob == null) {
      return false;
    }
    try {
      int key = tpm().unsealed(blob);
      return header()
          .exists(
              header -> header.conversionKey() == key && root.keySlots().contains(Slot.CONVERSION));
    } catch (KeyRefused refused) {
      return false;
    }
  }

  /** Where it is exchanged, the earlier one's key may stand for the present one's until then. */
  @Override
  public boolean tpmOpens() {
    return presentTpmOpens()
        || (simulation.scenario().has(Trait.TPM_EXCHANGED)
            && root.boundTpms().contains(Scenario.EARLIER_TPM));
  }

  private boolean presentTpmOpens() {
    return header()
        .exists(
            header ->
                root.keySlots().contains(Slot.TPM2)
                    && header.measured().equals(simulation.scenario().measured()));
  }

  @Override
  public boolean recoveryKeyIsHeld() {
    return header()
        .exists(
            header ->
                root.keySlots().contains(Slot.RECOVERY)
                    && image.offDisk().holdsRecoveryKey(header.number()));
  }

  @Override
  public boolean foreignKeyOpens() {
    return header().exists(header -> header.foreign() && root.keySlots().contains(Slot.KEYFILE));
  }

  @Override
  public Option<Digest> file(String path) {
    return Option.of(files.get().get(path)).map(simulation.registry()::digest);
  }

  @Override
  public Startup startup() {
    return simulation.scenario().firmware().start(image.boot(), this::opensByItself);
  }

  /** At a machine without a TPM, or with another one, somebody sits and types it at every boot. */
  private boolean recoveryKeyIsTyped() {
    Scenario scenario = simulation.scenario();
    return (scenario.tpm() == TpmHealth.ABSENT || scenario.has(Trait.TPM_EXCHANGED))
        && recoveryKeyIsHeld();
  }

  /** Where no TPM is to open it, its owner does. */
  private boolean passwordIsTyped() {
    return header()
        .exists(
            header ->
                root.keySlots().contains(Slot.PASSWORD) && !root.keySlots().contains(Slot.TPM2));
  }

  private boolean opensByItself(UUID uuid) {
    return volume() instanceof VolumeState.Encrypted(UUID found, var _)
        && found.equals(uuid)
        && (presentTpmOpens() || recoveryKeyIsTyped() || passwordIsTyped())
        && root.wholeThroughHeader();
  }

  @Override
  public Option<Digest> anchor() {
    return header().flatMap(LuksHeader::anchor);
  }

  @Override
  public List<String> keysInTheClear() {
    List<String> found = new ArrayList<>();
    Arrays.stream(Domain.values())
        .filter(domain -> image.of(domain).marks().secret())
        .forEach(domain -> found.add("the medium of " + domain));
    return found;
  }

  @Override
  public boolean firstBootIsAskedFor() {
    return Firmware.asksForFirstBoot(image.boot());
  }

  @Override
  public int failedTries() {
    return image.offDisk().failedTries();
  }

  @Override
  public int triesAllowed() {
    return OffDisk.TRIES_ALLOWED;
  }

  @Override
  public List<Event<Intent, Outcome>> journal() {
    return JournalScans.of(image.journal(), simulation.scenario().release()).events();
  }

  private ModelTpm tpm() {
    return tpm(simulation.scenario());
  }

  private static ModelTpm tpm(Scenario scenario) {
    return new ModelTpm(scenario.measured(), OffDisk.NOTHING, Power.STEADY);
  }
}
