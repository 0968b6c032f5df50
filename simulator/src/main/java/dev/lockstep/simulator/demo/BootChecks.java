package dev.lockstep.simulator.demo;

import dev.lockstep.statemachine.boot.BootEntry;
import dev.lockstep.statemachine.boot.KernelCommandLine;
import dev.lockstep.statemachine.boot.Trigger;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the next boot will start. */
final class BootChecks {

  private BootChecks() {}

  static void run(Check.Log log, FinishedDisk disk, Path mountPoint)
      throws IOException, DemoFailed {
    log.prove(
        "The boot entry is switched", () -> disk.withBootPartition(mountPoint, BootChecks::entry));
  }

  static void leftovers(Check.Log log, FinishedDisk disk, Path mountPoint)
      throws IOException, DemoFailed {
    log.prove(
        "The key files are gone",
        () ->
            disk.withBootPartition(
                mountPoint,
                boot -> {
                  for (PreparedFile file : PreparedFile.values()) {
                    Check.require(
                        !Files.exists(boot.resolve(file.path()), LinkOption.NOFOLLOW_LINKS),
                        file.path() + " is still on the boot partition.");
                  }
                  return "no sealed key, no prepared header";
                }));
  }

  private static String entry(Path boot) throws IOException, DemoFailed {
    List<Path> entries;
    try (Stream<Path> files = Files.list(boot.resolve("loader/entries"))) {
      entries = files.filter(file -> file.toString().endsWith(".conf")).toList();
    }
    Check.require(
        entries.size() == 1, "There are " + entries.size() + " boot entries, not exactly one.");
    String name = entries.getFirst().getFileName().toString();
    BootEntry entry =
        BootEntry.parse(Files.readString(entries.getFirst()))
            .getOrElseThrow(wrong -> new DemoFailed(1, name + ": " + wrong));
    KernelCommandLine line = entry.kernelCommandLine();
    Check.require(
        line.arguments().stream().noneMatch(Trigger::is), name + " still asks for encryption.");
    Check.require(
        line.lastValue("rd.luks.name").isDefined(), name + " does not say how to open the volume.");
    for (String file : List.of("linux", "initrd")) {
      String path = entry.value(file).getOrElse("");
      Check.require(
          path.startsWith("/") && Files.isRegularFile(boot.resolve(path.substring(1))),
          name + " names a " + file + " that is not there: " + path);
    }
    return name + " opens the volume and asks for no encryption; the old entry is gone";
  }
}
