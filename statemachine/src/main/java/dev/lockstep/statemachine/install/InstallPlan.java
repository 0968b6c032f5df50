package dev.lockstep.statemachine.install;

import dev.lockstep.statemachine.port.Digest;
import java.util.List;
import java.util.UUID;

/**
 * What an install will make of a disk. Fixed before the first write, so that a run which was cut is
 * gone on with, not begun with other numbers.
 *
 * @param source what is installed, in words
 * @param request digest of everything the operator asked for: another request is another install
 * @param diskBytes the size of the whole disk
 * @param identifiers drawn once, so that doing a step again writes the same bytes
 * @param partitions in the order of the table
 * @param rootFilesystemBytes its size: the partition's, less the reserve, or less still
 */
public record InstallPlan(
    String source,
    Digest request,
    long diskBytes,
    Identifiers identifiers,
    List<Partition> partitions,
    long rootFilesystemBytes) {

  /**
   * What has to be unique, and what has to stay the same.
   *
   * @param disk the GPT's disk GUID
   * @param hashSeed of the filesystems' directories
   * @param espVolume the FAT volume id
   * @param timestampSeconds what the filesystems take for the time they were made
   */
  public record Identifiers(
      UUID disk,
      UUID bootFilesystem,
      UUID rootFilesystem,
      UUID hashSeed,
      int espVolume,
      long timestampSeconds) {}

  /** What a partition is for. */
  public enum Role {
    ESP,
    BOOT,
    ROOT
  }

  /**
   * One partition.
   *
   * @param offsetBytes from the disk's start
   */
  public record Partition(Role role, UUID partitionUuid, long offsetBytes, long sizeBytes) {}

  public InstallPlan {
    partitions = List.copyOf(partitions);
  }

  public Partition partition(Role role) {
    return partitions.stream()
        .filter(p -> p.role() == role)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("every plan has a partition for " + role));
  }
}
