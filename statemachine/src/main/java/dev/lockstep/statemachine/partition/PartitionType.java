package dev.lockstep.statemachine.partition;

import java.util.UUID;

/**
 * The partition types of an installation (uapi-group.org, Discoverable Partitions Specification).
 */
public enum PartitionType {
  ESP("c12a7328-f81f-11d2-ba4b-00a0c93ec93b"),
  /** Extended boot loader partition: kernels and boot entries. */
  XBOOTLDR("bc13c2ff-59e6-4262-a352-b275fd6f7172"),
  SWAP("0657fd6d-a4ab-43c4-84e5-0933c84b4f4f"),
  ROOT_X86_64("4f68bce3-e8cd-4db1-96e7-fbcaf984b709");

  private final UUID guid;

  PartitionType(String guid) {
    this.guid = UUID.fromString(guid);
  }

  public UUID guid() {
    return guid;
  }
}
