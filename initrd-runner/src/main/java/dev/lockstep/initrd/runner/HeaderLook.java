package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.HeaderReading;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.cryptsetup.Luks2HeaderReader;
import dev.lockstep.initrd.cryptsetup.Luks2State;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import dev.lockstep.statemachine.luks.VolumeState;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.UUID;

/** What a partition's first bytes say it is: a filesystem, or LUKS2 by its metadata. */
final class HeaderLook {

  private final PartitionBytes partition;

  HeaderLook(PartitionBytes partition) {
    this.partition = partition;
  }

  VolumeState look() throws IOException {
    return switch (Luks2State.read(partition)) {
      case Luks2State.NotLuks() -> filesystem();
      case Luks2State.Damaged(String reason) -> new VolumeState.Unrecognised(reason);
      case Luks2State.ForeignConversion(String reason) ->
          new VolumeState.ForeignConversion(new UUID(0, 0), reason);
      case Luks2State.Converting converting ->
          new VolumeState.Converting(
              uuid(converting.header()), converting.windowBytes(), converting.remainingBytes());
      case Luks2State.ConvertedNotFinalised stuck ->
          new VolumeState.ConvertedNotFinalised(uuid(stuck.header()), stuck.windowBytes());
      case Luks2State.Encrypted encrypted ->
          new VolumeState.Encrypted(
              uuid(encrypted.header()), HeaderSlots.of(encrypted.header()).slots());
    };
  }

  Option<Luks2Header> header() throws IOException {
    return Luks2HeaderReader.read(partition) instanceof HeaderReading.Valid(Luks2Header header)
        ? Option.some(header)
        : Option.none();
  }

  private VolumeState filesystem() throws IOException {
    return geometry(0) instanceof FilesystemGeometry.Unknown(String reason)
        ? new VolumeState.Unrecognised(reason)
        : filesystemAt(0).get();
  }

  Option<VolumeState.Plain> filesystemAt(long offsetBytes) throws IOException {
    return geometry(offsetBytes) instanceof FilesystemGeometry.Known known
        ? Option.some(
            new VolumeState.Plain(
                known.type(),
                known.uuid().toString(),
                known.sizeBytes(),
                known.blockBytes(),
                known.smallestTransferBytes()))
        : Option.none();
  }

  private FilesystemGeometry geometry(long offsetBytes) throws IOException {
    long readable = Math.max(0, partition.sizeBytes() - offsetBytes);
    byte[] head = new byte[(int) Math.min(FilesystemGeometry.HEAD_BYTES, readable)];
    partition.read(offsetBytes, head);
    return FilesystemGeometry.read(head);
  }

  private static UUID uuid(Luks2Header header) {
    try {
      return UUID.fromString(header.uuid());
    } catch (IllegalArgumentException notOurs) {
      return new UUID(0, 0);
    }
  }
}
