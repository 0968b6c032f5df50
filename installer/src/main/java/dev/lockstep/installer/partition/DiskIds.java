package dev.lockstep.installer.partition;

import dev.lockstep.statemachine.partition.Guid;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Every identifier that an installation gives out, drawn once and journaled with the intent: a redo
 * after a cut uses the same ones, so that it writes the same bytes.
 *
 * @param disk the GPT's disk GUID
 * @param espPartition PARTUUID
 * @param bootPartition PARTUUID
 * @param rootPartition PARTUUID
 * @param bootFilesystem UUID of the boot filesystem (its first 32 bits are the volume id where it
 *     is vfat)
 * @param rootFilesystem UUID
 * @param hashSeed of ext4 directories
 * @param espVolume the FAT volume id
 */
public record DiskIds(
    UUID disk,
    UUID espPartition,
    UUID bootPartition,
    UUID rootPartition,
    UUID bootFilesystem,
    UUID rootFilesystem,
    UUID hashSeed,
    int espVolume) {
  /** Draws all of them; a seeded generator makes an installation reproducible. */
  public static DiskIds random(RandomGenerator random) {
    return new DiskIds(
        Guid.random(random),
        Guid.random(random),
        Guid.random(random),
        Guid.random(random),
        Guid.random(random),
        Guid.random(random),
        Guid.random(random),
        random.nextInt());
  }
}
