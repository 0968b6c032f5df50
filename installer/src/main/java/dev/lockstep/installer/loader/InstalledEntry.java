package dev.lockstep.installer.loader;

import dev.lockstep.installer.source.SourceTree;
import dev.lockstep.statemachine.boot.BootEntry;
import dev.lockstep.statemachine.boot.EntryName;
import dev.lockstep.statemachine.boot.KernelArgument;
import dev.lockstep.statemachine.boot.KernelCommandLine;
import dev.lockstep.statemachine.boot.Trigger;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The boot entry of a new installation: it boots the plain root and asks for its encryption.
 *
 * @param name its file name
 * @param entry its text
 * @param kernelPath where the kernel is on the boot partition
 * @param initrdPath where the initrd is on the boot partition
 */
public record InstalledEntry(
    EntryName name, BootEntry entry, String kernelPath, String initrdPath) {
  private static final int MAX_STEM = 200;

  /** Where entries live on the boot partition. */
  public static final String DIRECTORY = "/loader/entries";

  /**
   * Composes the entry.
   *
   * @param rootPartition PARTUUID of the root partition: it stays the same when the filesystem's
   *     UUID disappears behind LUKS
   * @param trigger asks for encryption; none installs a system that stays in the clear
   * @param added further kernel arguments
   * @param deleted keys of arguments that are not wanted
   */
  public static InstalledEntry compose(
      SourceTree tree,
      UUID rootPartition,
      Option<Trigger> trigger,
      List<KernelArgument> added,
      List<String> deleted) {
    String version = tree.kernel().version();
    String kernelPath = "/" + (version.isEmpty() ? "vmlinuz" : "vmlinuz-" + version);
    String initrdPath = "/" + (version.isEmpty() ? "initrd.img" : "initrd.img-" + version);
    List<BootEntry.Field> fields = new ArrayList<>();
    fields.add(new BootEntry.Field("title", tree.osRelease().title()));
    if (!version.isEmpty()) {
      fields.add(new BootEntry.Field("version", version));
    }
    tree.machineId().forEach(id -> fields.add(new BootEntry.Field("machine-id", id)));
    fields.add(new BootEntry.Field("sort-key", tree.osRelease().id()));
    fields.add(new BootEntry.Field("linux", kernelPath));
    fields.add(new BootEntry.Field("initrd", initrdPath));
    fields.add(
        new BootEntry.Field("options", options(rootPartition, trigger, added, deleted).text()));
    return new InstalledEntry(name(tree), BootEntry.of(fields), kernelPath, initrdPath);
  }

  /** The entry's path on the boot partition. */
  public String path() {
    return DIRECTORY + "/" + name.fileName();
  }

  private static KernelCommandLine options(
      UUID rootPartition,
      Option<Trigger> trigger,
      List<KernelArgument> added,
      List<String> deleted) {
    List<KernelArgument> arguments = new ArrayList<>();
    arguments.add(KernelArgument.of("root", "PARTUUID=" + rootPartition));
    arguments.add(new KernelArgument("rw"));
    trigger.forEach(asked -> arguments.add(asked.argument()));
    return KernelCommandLine.of(arguments)
        .with(added)
        .without(argument -> deleted.stream().anyMatch(argument::hasKey));
  }

  private static EntryName name(SourceTree tree) {
    String version = tree.kernel().version();
    String stem =
        tree.machineId().getOrElse(tree.osRelease().id())
            + (version.isEmpty() ? "" : "-" + version);
    String safe =
        stem.replaceAll(
            "\\+(?=[0-9])", "_"); // "+3" at the end of a name would be read as a boot counter
    return new EntryName(safe.substring(0, Math.min(MAX_STEM, safe.length())), Option.none());
  }
}
