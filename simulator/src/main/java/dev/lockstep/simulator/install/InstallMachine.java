package dev.lockstep.simulator.install;

import dev.lockstep.installer.filesystem.Placement;
import dev.lockstep.installer.partition.DiskLayout;
import dev.lockstep.installer.partition.Extent;
import dev.lockstep.installer.partition.GptDisk;
import dev.lockstep.installer.partition.SignatureWipe;
import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.fault.CrashSubsets;
import dev.lockstep.simulator.journal.EventJournal;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.install.InstallPhase;
import dev.lockstep.statemachine.install.InstallPlan;
import dev.lockstep.statemachine.install.InstallPlan.Role;
import dev.lockstep.statemachine.loop.World;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.collection.Vector;
import io.vavr.control.Either;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The machine that installs, while its power is on, and what InstallWorld has it do. Wipe,
 * partition table and placement are the installer's own: so is the order in which they write and
 * flush. What mke2fs and mkfs.vfat make beside the disk is a {@link Blueprint}'s.
 *
 * <p><b>The fault contract.</b> Disk and journal are a {@link ModelDisk} each: of what was written
 * and not flushed any subset of sectors is there after a cut. The work folder's filesystem has a
 * journal of its own: a file that was made, or a folder that was renamed, is whole.
 */
final class InstallMachine
    implements World<InstallPhase, InstallIntent, InstallOutcome, InstallPlan> {

  private static final CrashSubsets SUBSETS = new CrashSubsets(14);

  /** Told what a cut may leave. */
  interface Cut {

    /**
     * One image of many.
     *
     * @param acknowledged every event whose append had returned by then
     */
    void left(InstallImage image, Vector<Event<InstallIntent, InstallOutcome>> acknowledged);
  }

  private final InstallPlan asked;
  private final InstallMistake mistake;
  private final Cut cut;
  private final ModelDisk disk;
  private final ModelMedium medium;
  private final ModelDisk journalDisk;
  private final EventJournal<InstallIntent, InstallOutcome> journal;
  private double leftOut;

  InstallMachine(InstallImage found, InstallPlan asked, InstallMistake mistake, Cut cut)
      throws IOException {
    this.asked = asked;
    this.mistake = mistake;
    this.cut = cut;
    this.disk = new ModelDisk(Domain.ROOT, found.disk(), _ -> moment());
    this.medium = new ModelMedium(disk, Request.DISK_SECTORS);
    this.journalDisk = new ModelDisk(Domain.JOURNAL, found.journal(), _ -> moment());
    this.journal = new EventJournal<>(InstallImage.CODEC, journalDisk);
  }

  EventJournal<InstallIntent, InstallOutcome> journal() {
    return journal;
  }

  /** Whether nothing is on its way. */
  boolean isQuiet() {
    return disk.pending().isEmpty() && journalDisk.pending().isEmpty();
  }

  /** How many subsets were too many to try. */
  double leftOut() {
    return leftOut;
  }

  /** Something is about to become durable, or the power is switched off. */
  void moment() {
    InstallImage durable = new InstallImage(disk.durable(), journalDisk.durable());
    List<PendingWrite> pending = new ArrayList<>(disk.pending());
    pending.addAll(journalDisk.pending());
    leftOut +=
        SUBSETS.of(
            pending.size(),
            kept ->
                cut.left(
                    durable.with(kept.stream().mapToObj(pending::get).toList()),
                    journal.acknowledged()));
  }

  /** As it is when the machine is switched off orderly. */
  InstallImage atRest() {
    return new InstallImage(disk.view(), journalDisk.view());
  }

  @Override
  public InstallPlan observe(State<InstallPhase, InstallIntent> state) {
    return asked;
  }

  @Override
  public Either<Refusal, InstallOutcome> perform(
      State<InstallPhase, InstallIntent> state, InstallIntent intent) throws IOException {
    Blueprint system = Blueprint.of(InstallImage.plan(state.phase()).get());
    DiskLayout layout = system.request().layout();
    InstallOutcome outcome =
        switch (intent) {
          case InstallIntent.Wipe() -> wipe(layout);
          case InstallIntent.WritePartitionTable() -> writeTable(system);
          case InstallIntent.MakeRoot() -> makeRoot(system, state);
          case InstallIntent.MakeEsp() -> {
            place(system.filesystem(Role.ESP, ""), layout.esp());
            yield new InstallOutcome.EspMade("systemd-boot");
          }
          case InstallIntent.MakeBoot() -> makeBoot(system, state);
        };
    return Either.right(outcome);
  }

  private InstallOutcome wipe(DiskLayout layout) throws IOException {
    if (mistake != InstallMistake.INSTALL_UNWIPED) {
      medium.deaf(mistake == InstallMistake.INSTALL_WIPE_IN_ONE_GO);
      SignatureWipe.wipe(
          medium, mistake == InstallMistake.INSTALL_SIGNATURE_LEFT ? withoutEnd(layout) : layout);
      medium.deaf(false);
      medium.flush();
    }
    return new InstallOutcome.Wiped();
  }

  private static DiskLayout withoutEnd(DiskLayout layout) {
    Extent root = layout.root();
    return new DiskLayout(
        layout.diskBytes(),
        layout.sectorBytes(),
        layout.esp(),
        layout.boot(),
        new Extent(root.offsetBytes(), root.sizeBytes() - DiskLayout.MIB));
  }

  private InstallOutcome writeTable(Blueprint system) throws IOException {
    GptDisk.write(medium, system.table());
    return new InstallOutcome.PartitionTableWritten(Digest.of(new byte[0]));
  }

  private InstallOutcome makeRoot(Blueprint system, State<InstallPhase, InstallIntent> state)
      throws IOException {
    if (mistake == InstallMistake.INSTALL_BOOT_BEFORE_ROOT) {
      placeBoot(system, state);
    } else {
      medium.deaf(mistake == InstallMistake.INSTALL_UNFLUSHED);
      placeRoot(system);
      medium.deaf(false);
    }
    return new InstallOutcome.RootMade(system.request().rootFilesystem().sizeBytes());
  }

  private InstallOutcome makeBoot(Blueprint system, State<InstallPhase, InstallIntent> state)
      throws IOException {
    if (mistake == InstallMistake.INSTALL_BOOT_BEFORE_ROOT) {
      placeRoot(system);
    } else {
      medium.deaf(mistake == InstallMistake.INSTALL_BOOT_IN_ONE_GO);
      placeBoot(system, state);
      medium.deaf(false);
      medium.flush();
    }
    return new InstallOutcome.BootMade("system.conf");
  }

  private void placeRoot(Blueprint system) throws IOException {
    place(system.filesystem(Role.ROOT, ""), system.request().rootFilesystem());
  }

  private void placeBoot(Blueprint system, State<InstallPhase, InstallIntent> state)
      throws IOException {
    String copy = new DiskReading(disk.view()).nextCopy(system, state);
    place(system.filesystem(Role.BOOT, copy), system.request().layout().boot());
  }

  private void place(DiskImage image, Extent extent) throws IOException {
    Placement _ = Placement.place(ModelMedium.of(image, extent.sizeBytes()), medium, extent);
  }
}
