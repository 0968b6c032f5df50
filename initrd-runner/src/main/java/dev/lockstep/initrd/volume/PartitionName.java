package dev.lockstep.initrd.volume;

import io.vavr.control.Option;
import java.util.UUID;

/** How the policy names a partition: by what never changes between boots. */
public sealed interface PartitionName {

  /** Its PARTUUID. */
  record Id(UUID partitionUuid) implements PartitionName {
    @Override
    public String toString() {
      return PREFIX + partitionUuid;
    }
  }

  /** The name in its entry of the GPT: at most 36 characters. */
  record Label(String name) implements PartitionName {
    @Override
    public String toString() {
      return "'" + name + "'";
    }
  }

  /** What an identifier begins with. */
  String PREFIX = "PARTUUID=";

  /** The most that a GPT entry holds. */
  int LONGEST_LABEL = 36;

  /** Reads a partition's name as the policy has it; none where it can be neither. */
  static Option<PartitionName> parse(String text) {
    if (!text.startsWith(PREFIX)) {
      return Option.when(
          !text.isBlank()
              && text.length() <= LONGEST_LABEL
              && text.chars().noneMatch(Character::isISOControl),
          () -> new Label(text));
    }
    String id = text.substring(PREFIX.length());
    return Option.when(
        id.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
        () -> new Id(UUID.fromString(id)));
  }
}
