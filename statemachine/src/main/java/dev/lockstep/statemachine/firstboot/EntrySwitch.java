package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.boot.BootEntry;
import dev.lockstep.statemachine.boot.EntryName;
import dev.lockstep.statemachine.boot.KernelArgument;
import dev.lockstep.statemachine.boot.KernelCommandLine;
import dev.lockstep.statemachine.boot.Opener;
import dev.lockstep.statemachine.boot.Trigger;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** From the entry that asks for a first boot to the one that opens the volume. */
final class EntrySwitch {

  static final String FOLDER = "loader/entries";
  static final String SUFFIX = ".conf";

  private static final Pattern UNLOCKED =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}=.+");

  /** systemd's literal default up to version 257, told here so that it never changes under us. */
  static final List<Integer> STANDARD_PCRS = List.of(7);

  private EntrySwitch() {}

  /** What names an entry, whatever tries its loader has counted into the file name. */
  static String stem(String name) {
    return EntryName.parse(name).map(EntryName::stem).getOrElse(name);
  }

  static String path(String name) {
    return FOLDER + "/" + name;
  }

  /**
   * Sorts right behind the old entry: a loader orders entries of one sort-key and version by name,
   * and {@code ~} comes before the end of a name (UAPI.10), so the old one stays preferred.
   */
  static String newName(String oldName) {
    return EntryName.parse(oldName)
        .map(name -> new EntryName(name.stem() + "~encrypted", Option.none()).fileName())
        .getOrElse(oldName.replaceFirst("\\.conf$", "") + "~encrypted" + SUFFIX);
  }

  /** Trigger and plain root go; what opens the volume comes; every other line stays. */
  static Either<String, String> encrypted(String oldEntry, UUID luksUuid, List<Slot> slots) {
    return BootEntry.parse(oldEntry)
        .map(
            entry ->
                entry
                    .without(argument -> Trigger.is(argument) || argument.hasKey("root"))
                    .with(unlocking(luksUuid, slots))
                    .text());
  }

  private static List<KernelArgument> unlocking(UUID luksUuid, List<Slot> slots) {
    List<KernelArgument> arguments = new ArrayList<>();
    arguments.add(KernelArgument.of("rd.luks.name", luksUuid + "=root"));
    Opener opener = Slot.opener(slots);
    if (opener != Opener.PERSON) {
      arguments.add(KernelArgument.of("rd.luks.options", luksUuid + "=" + opener.option()));
    }
    arguments.add(KernelArgument.of("root", "/dev/mapper/root"));
    return arguments;
  }

  /** What an entry says; none where it can't be read, and so is no entry to the loader either. */
  static Option<EntrySeen> read(String name, byte[] content) {
    return BootEntry.parse(new String(content, StandardCharsets.UTF_8))
        .toOption()
        .filter(entry -> entry.value("linux").isDefined() || entry.value("efi").isDefined())
        .map(entry -> seen(name, content, entry));
  }

  private static EntrySeen seen(String name, byte[] content, BootEntry entry) {
    KernelCommandLine line = entry.kernelCommandLine();
    Either<String, Option<Trigger>> trigger = Trigger.find(line);
    return new EntrySeen(
        name,
        line.arguments().stream().anyMatch(Trigger::is),
        trigger.isLeft() ? Option.some(trigger.getLeft()) : Option.none(),
        trigger
            .getOrElse(Option.none())
            .map(Trigger::pcrs)
            .filter(pcrs -> !pcrs.isEmpty())
            .getOrElse(STANDARD_PCRS),
        unlocks(line),
        Digest.of(content));
  }

  private static Option<UUID> unlocks(KernelCommandLine line) {
    return line.lastValue("rd.luks.name")
        .filter(value -> UNLOCKED.matcher(value).matches())
        .map(value -> UUID.fromString(value.substring(0, 36)));
  }
}
