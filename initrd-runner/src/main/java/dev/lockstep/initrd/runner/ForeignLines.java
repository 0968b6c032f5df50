package dev.lockstep.initrd.runner;

import dev.lockstep.journal.scan.Printable;
import dev.lockstep.statemachine.boot.Crypttab;
import dev.lockstep.statemachine.boot.PartitionNames;
import dev.lockstep.statemachine.boot.PartitionNames.Claim;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Lines of the root's crypttab that stand in the way of ours: two mappings of one partition would
 * take it from each other at each boot, and swap with a random key would write over it.
 *
 * @param partition as the table has it
 * @param node what the kernel calls it in this boot, if it does
 */
record ForeignLines(
    DiskPartitions.Named partition, Option<String> node, PartitionNames.Links links) {

  /** What of a name is told: a file may be anybody's. */
  private static final int SHOWN_CHARACTERS = 120;

  static ForeignLines on(Path disk, DiskPartitions.Named partition) throws IOException {
    return new ForeignLines(
        partition,
        PartitionNodes.OF_KERNEL.path(disk, partition.place().offsetBytes()),
        UdevLinks.OF_KERNEL);
  }

  /**
   * In a sentence, the first that is there.
   *
   * @param name of our line
   * @param ours whether a line is one that we make
   * @param names by which the partition goes besides those in the table
   * @param wayOut what else than taking the line out ends it
   */
  Option<String> objection(
      Crypttab crypttab,
      String name,
      Predicate<Crypttab.Volume> ours,
      Set<String> names,
      String wayOut) {
    List<String> others =
        crypttab.devices(volume -> volume.name().equals(name) && ours.test(volume));
    PartitionNames known = names(names);
    if (!crypttab.hasOnly(name, ours)
        || others.stream().anyMatch(device -> known.claim(device) == Claim.IS_IT)) {
      return Option.some(
          "/etc/crypttab of the root has another line for %s or for its partition; take it out, or %s."
              .formatted(name, wayOut));
    }
    return Option.ofOptional(
        others.stream()
            .filter(device -> known.claim(device) == Claim.MAY_BE_IT)
            .findFirst()
            .map(
                device ->
                    "/etc/crypttab of the root names %s, and nothing here tells whether that is the partition of %s; write UUID=… or PARTUUID=… there."
                        .formatted(shown(device), name)));
  }

  /** All by which a line may mean the partition. */
  PartitionNames names(Set<String> more) {
    Set<String> all = new HashSet<>(partition.devices());
    all.addAll(more);
    return new PartitionNames(all, node, links);
  }

  private static String shown(String device) {
    return Printable.of(
        device.length() > SHOWN_CHARACTERS ? device.substring(0, SHOWN_CHARACTERS) + "…" : device);
  }
}
