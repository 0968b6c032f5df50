package dev.lockstep.simulator.fidelity;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.disk.PowerCut;
import dev.lockstep.simulator.journal.Registry;
import dev.lockstep.simulator.luks.Layout;
import dev.lockstep.simulator.luks.ModelLuks;
import dev.lockstep.simulator.luks.PlainFilesystem;
import dev.lockstep.simulator.tpm.ModelKeys;
import dev.lockstep.simulator.tpm.ModelTpm;
import dev.lockstep.simulator.tpm.Names;
import dev.lockstep.simulator.tpm.OffDisk;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The modelled LUKS2 taken through the {@link Step}s. */
final class ModelFlow {

  private static final Layout LAYOUT = Layout.SMALL;
  private static final int FLUSHES_A_ZONE = 5;
  private static final Digest HEAD = new Digest("0".repeat(64));

  private final Map<Step, List<Act>> acts = new EnumMap<>(Step.class);
  private final List<Act> now = new ArrayList<>();
  private int flushesBeforeCut = Integer.MAX_VALUE;
  private ModelDisk disk;
  private ModelKeys keys;
  private ModelLuks luks;
  private byte[] header;
  private DiskImage stuck = DiskImage.BLANK;

  private ModelFlow() throws IOException, KeyRefused {
    start(PlainFilesystem.image(LAYOUT));
    header =
        luks.formatHeader(Names.uuid(0), List.of(Slot.TPM2), List.of(7), Job.SMALL_SECTOR_BYTES);
  }

  static Flow taken() throws IOException, KeyRefused {
    ModelFlow flow = new ModelFlow();
    for (Step step : Step.values()) {
      flow.take(step);
    }
    VolumeMap map = new VolumeMap(1, 2, LAYOUT.shiftSectors(), LAYOUT.hotZones());
    return new Flow(map, flow.acts);
  }

  /** Switches on: a disk with this content, and the conversion key in memory again. */
  private void start(DiskImage image) {
    disk = new ModelDisk(Domain.ROOT, image, this::flush);
    ModelTpm tpm = new ModelTpm("firmware", OffDisk.NOTHING, _ -> {});
    keys =
        new ModelKeys(
            tpm,
            new Names(() -> Marks.NONE),
            new Registry(),
            _ -> {},
            Option::none,
            ModelKeys.Given.NONE);
    byte[] _ = keys.sealNewConversionKey(List.of(7)); // the only one, and so always the same
    luks = new ModelLuks(LAYOUT, disk, keys);
  }

  private void flush(String before) {
    if (flushesBeforeCut-- == 0) {
      throw new PowerCut(before);
    }
    note();
    now.add(new Act.Barrier("flush", true));
  }

  private void note() {
    for (PendingWrite write : disk.pending()) {
      now.add(new Act.Write(write.sector(), 1));
    }
  }

  private void take(Step step) throws IOException, KeyRefused {
    now.clear();
    switch (step) {
      case INITIALISE -> header = luks.initialise(header, Layout.bytes(LAYOUT.windowSectors()));
      case PLACE -> {
        disk.write(0, header);
        disk.flush();
      }
      case CONVERT_UNTIL_CUT -> convertUntilCut();
      case REPAIR -> luks.repair();
      case RESUME -> {
        boolean _ = luks.resume((_, _) -> true);
      }
      case FINALISE -> luks.finalise();
      case ADD_SLOT -> luks.addUnnamed(Slot.PASSWORD);
      case KILL_SLOT -> luks.killConversionSlot();
      case SET_TOKEN -> luks.anchor(HEAD);
    }
    note();
    acts.put(step, List.copyOf(now));
    if (step == Step.RESUME) {
      start(stuck);
    } else {
      disk.flush(); // as the adapter does behind each step
    }
  }

  /** The second zone's data is written then, and its flush is what does not come. */
  private void convertUntilCut() throws IOException, KeyRefused {
    DiskImage placed = disk.durable();
    cutBefore(FLUSHES_A_ZONE * LAYOUT.hotZones()); // the next would be the wipe's
    stuck = disk.durable();
    now.clear();
    start(placed);
    cutBefore(FLUSHES_A_ZONE + 2);
    note();
    // Of the kill the real disk keeps the zone; written again it shows as the same write here
    start(disk.durable());
  }

  private void cutBefore(int flushes) throws IOException, KeyRefused {
    flushesBeforeCut = flushes;
    try {
      boolean _ = luks.resume((_, _) -> true);
      throw new IllegalStateException("the modelled conversion has fewer flushes than that");
    } catch (PowerCut cut) {
      flushesBeforeCut = Integer.MAX_VALUE;
    }
  }
}
