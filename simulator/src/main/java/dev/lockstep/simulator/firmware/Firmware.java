package dev.lockstep.simulator.firmware;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.esp.ModelBootPartition;
import dev.lockstep.statemachine.boot.BootEntry;
import dev.lockstep.statemachine.boot.EntryName;
import dev.lockstep.statemachine.boot.EntryName.Tries;
import dev.lockstep.statemachine.boot.KernelArgument;
import dev.lockstep.statemachine.boot.Trigger;
import dev.lockstep.statemachine.invariant.Medium.Startup;
import io.vavr.control.Option;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Firmware and boot loader: which entry they pick, and what comes of it.
 *
 * <p><b>The contract.</b> The loader reads every {@code .conf} of {@code loader/entries} that
 * parses and names a kernel, and picks the first in its order without asking: nobody is there to
 * choose another one when that does not come up. A kernel or initrd that is not the installer's,
 * byte for byte, does not start. Where the picked entry's name counts its tries, it is renamed to
 * have one less before it starts; one that has none left comes behind all others
 * (systemd.io/AUTOMATIC_BOOT_ASSESSMENT). A cut leaves the old name or the new one: a loader whose
 * renaming can lose the file is the loader's own affair, on every boot.
 */
public final class Firmware {

  private static final String FOLDER = "loader/entries/";

  private static final Memo<Fingerprint, Boolean> ASKING = new Memo<>(20_000);

  private record Candidate(String path, BootEntry entry) {}

  /** What the loader does, as far as the boot partition decides it. */
  private sealed interface Choice {
    record Settled(Startup startup) implements Choice {}

    record Opens(String path, UUID volume, boolean entryIsWhole) implements Choice {}
  }

  /** As systemd-boot has them. */
  private static final Comparator<String> NEWEST_FIRST = new VersionOrder().reversed();

  private final Map<String, byte[]> installed;
  private final Comparator<String> order;
  private final String oldEntry;
  private final Memo<Fingerprint, Choice> choices = new Memo<>(20_000);

  /**
   * The firmware of one machine.
   *
   * @param installed the files of the boot partition as the installer left them
   * @param oldEntry path of the entry that asks for the first boot
   */
  public Firmware(Map<String, byte[]> installed, String oldEntry) {
    this(installed, oldEntry, NEWEST_FIRST);
  }

  private Firmware(Map<String, byte[]> installed, String oldEntry, Comparator<String> order) {
    this.installed = Map.copyOf(installed);
    this.oldEntry = oldEntry;
    this.order = order;
  }

  /** With a loader that prefers what is behind in any other's order. */
  public Firmware preferringOthers() {
    return new Firmware(installed, oldEntry, order.reversed());
  }

  /** The same for a boot partition's image. */
  public Startup start(DiskImage boot, Predicate<UUID> opens) {
    return come(choices.of(boot.fingerprint(), _ -> choice(ModelBootPartition.files(boot))), opens);
  }

  /**
   * What comes up.
   *
   * @param files of the boot partition as they are now
   * @param opens whether the TPM opens this volume and its root can be mounted
   */
  public Startup start(Map<String, byte[]> files, Predicate<UUID> opens) {
    return come(choice(files), opens);
  }

  /**
   * Switches it on: the loader's count of tries goes into the name of the entry that it picks. Not
   * durable before somebody flushes.
   */
  public void countTry(ModelBootPartition boot, DiskImage image) {
    picked(ModelBootPartition.files(image))
        .flatMap(picked -> counted(picked.path()).map(counted -> Map.entry(picked.path(), counted)))
        .forEach(names -> boot.rename(names.getKey(), names.getValue()));
  }

  /** Whether anybody who chooses an entry by hand could have the first boot run again. */
  public static boolean asksForFirstBoot(DiskImage boot) {
    return ASKING.of(
        boot.fingerprint(),
        _ ->
            ModelBootPartition.files(boot).entrySet().stream()
                .filter(file -> file.getKey().startsWith(FOLDER))
                .flatMap(file -> parsed(file.getValue()).toJavaStream())
                .anyMatch(Firmware::asksForFirstBoot));
  }

  private static boolean asksForFirstBoot(BootEntry entry) {
    return entry.kernelCommandLine().arguments().stream().anyMatch(Trigger::is);
  }

  /** The name with one try less; nothing where there is none to count down. */
  private static Option<String> counted(String path) {
    return entryName(path)
        .filter(name -> name.tries().exists(tries -> tries.left() > 0))
        .map(
            name -> {
              Tries tries = name.tries().get();
              String less = "+" + (tries.left() - 1) + "-" + (tries.done() + 1);
              return FOLDER + new EntryName(name.stem(), Option.some(new Tries(less))).fileName();
            });
  }

  private static boolean isBad(String path) {
    return entryName(path).exists(name -> name.tries().exists(tries -> tries.left() == 0));
  }

  private static Option<EntryName> entryName(String path) {
    return EntryName.parse(path.substring(FOLDER.length())).toOption();
  }

  private static Startup come(Choice choice, Predicate<UUID> opens) {
    return switch (choice) {
      case Choice.Settled(Startup startup) -> startup;
      case Choice.Opens(String path, UUID volume, boolean entryIsWhole) ->
          opens.test(volume) ? new Startup.RootOpens(path, entryIsWhole) : noRoot(path);
    };
  }

  private static Startup noRoot(String path) {
    return new Startup.NothingBoots(path + " does not come to a root it can mount");
  }

  private Option<Candidate> picked(Map<String, byte[]> files) {
    return Option.ofOptional(
        files.keySet().stream()
            .filter(path -> path.startsWith(FOLDER) && path.endsWith(".conf"))
            .sorted(Comparator.comparing(Firmware::isBad).thenComparing(order))
            .flatMap(path -> candidate(path, files.get(path)).toJavaStream())
            .findFirst());
  }

  private Choice choice(Map<String, byte[]> files) {
    return picked(files)
        .map(candidate -> choice(candidate, files))
        .getOrElse(() -> new Choice.Settled(new Startup.NothingBoots("there is no boot entry")));
  }

  private static Option<BootEntry> parsed(byte[] content) {
    return BootEntry.parse(new String(content, StandardCharsets.UTF_8)).toOption();
  }

  private static Option<Candidate> candidate(String path, byte[] content) {
    return parsed(content)
        .filter(entry -> entry.value("linux").isDefined())
        .map(entry -> new Candidate(path, entry));
  }

  private Choice choice(Candidate picked, Map<String, byte[]> files) {
    BootEntry entry = picked.entry();
    for (String key : List.of("linux", "initrd")) {
      for (String value : entry.values(key)) {
        String path = value.replaceFirst("^/", "");
        if (!installed.containsKey(path) || !Arrays.equals(files.get(path), installed.get(path))) {
          return new Choice.Settled(
              new Startup.NothingBoots(picked.path() + " names " + value + ", which is not whole"));
        }
      }
    }
    if (asksForFirstBoot(entry)) {
      return new Choice.Settled(
          new Startup.RunnerBoots(
              picked.path(), Arrays.equals(files.get(picked.path()), installed.get(oldEntry))));
    }
    return Option.of(entry.kernelCommandLine().lastValue("rd.luks.name").getOrNull())
        .flatMap(Firmware::uuid)
        .<Choice>map(volume -> new Choice.Opens(picked.path(), volume, isOldButForArguments(entry)))
        .getOrElse(() -> new Choice.Settled(noRoot(picked.path())));
  }

  private static Option<UUID> uuid(String nameArgument) {
    return Option.when(
        nameArgument.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}=root"),
        () -> UUID.fromString(nameArgument.substring(0, 36)));
  }

  /** Every line of the old entry is there, and every argument but trigger and root. */
  private boolean isOldButForArguments(BootEntry entry) {
    BootEntry old = parsed(installed.get(oldEntry)).get();
    List<KernelArgument> kept =
        old.kernelCommandLine().arguments().stream()
            .filter(argument -> !Trigger.is(argument) && !argument.hasKey("root"))
            .toList();
    return entry.kernelCommandLine().arguments().containsAll(kept)
        && withoutArguments(entry).equals(withoutArguments(old));
  }

  private static String withoutArguments(BootEntry entry) {
    return entry.text().replaceAll("(?m)^options .*$", "options");
  }
}
