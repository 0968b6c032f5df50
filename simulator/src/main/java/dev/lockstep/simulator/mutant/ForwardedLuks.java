package dev.lockstep.simulator.mutant;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** Passes everything on; a mutant overrides what it gets wrong. */
class ForwardedLuks implements Luks {

  private final Luks luks;

  ForwardedLuks(Luks luks) {
    this.luks = luks;
  }

  @Override
  public VolumeState look() throws IOException {
    return luks.look();
  }

  @Override
  public Option<VolumeState.Plain> filesystemAt(long offsetBytes) throws IOException {
    return luks.filesystemAt(offsetBytes);
  }

  @Override
  public Discovery discover() throws IOException {
    return luks.discover();
  }

  @Override
  public byte[] formatHeader(UUID uuid, List<Slot> slots, List<Integer> pcrs, int sectorBytes)
      throws IOException, KeyRefused {
    return luks.formatHeader(uuid, slots, pcrs, sectorBytes);
  }

  @Override
  public boolean opensHeader(Slot slot, byte[] header) throws IOException, KeyRefused {
    return luks.opensHeader(slot, header);
  }

  @Override
  public byte[] initialise(byte[] preparedHeader, long windowBytes) throws IOException, KeyRefused {
    return luks.initialise(preparedHeader, windowBytes);
  }

  @Override
  public void stageHotZone() throws IOException, KeyRefused {
    luks.stageHotZone();
  }

  @Override
  public void repair() throws IOException, KeyRefused {
    luks.repair();
  }

  @Override
  public boolean resume(Progress progress) throws IOException, KeyRefused {
    return luks.resume(progress);
  }

  @Override
  public void finalise() throws IOException {
    luks.finalise();
  }

  @Override
  public boolean opensVolume(Slot slot) throws IOException, KeyRefused {
    return luks.opensVolume(slot);
  }

  @Override
  public long filesystemEndBytes() throws IOException, KeyRefused {
    return luks.filesystemEndBytes();
  }

  @Override
  public Either<String, Long> certainFilesystemEndBytes() throws IOException, KeyRefused {
    return luks.certainFilesystemEndBytes();
  }

  @Override
  public byte[] headInside(int lengthBytes) throws IOException, KeyRefused {
    return luks.headInside(lengthBytes);
  }

  @Override
  public void addSlot(Slot slot, List<Integer> pcrs) throws IOException, KeyRefused {
    luks.addSlot(slot, pcrs);
  }

  @Override
  public void setTpmAside() throws IOException, KeyRefused {
    luks.setTpmAside();
  }

  @Override
  public boolean tpmIsSetAside() throws IOException {
    return luks.tpmIsSetAside();
  }

  @Override
  public void removeTpmSetAside() throws IOException {
    luks.removeTpmSetAside();
  }

  @Override
  public void killConversionSlot() throws IOException, KeyRefused {
    luks.killConversionSlot();
  }

  @Override
  public void anchor(Digest journalHead) throws IOException {
    luks.anchor(journalHead);
  }

  @Override
  public Option<Digest> anchored() throws IOException {
    return luks.anchored();
  }
}
