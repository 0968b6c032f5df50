package dev.lockstep.simulator.firmware;

import dev.lockstep.statemachine.boot.BootEntry;
import dev.lockstep.statemachine.boot.KernelArgument;
import dev.lockstep.statemachine.boot.Trigger;
import dev.lockstep.statemachine.invariant.Medium.Startup;
import io.vavr.control.Option;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
 * byte for byte, does not start.
 *
 * @param installed the files of the boot partition as the installer left them
 * @param oldEntry path of the entry that asks for the first boot
 */
public record Firmware(Map<String, byte[]> installed, String oldEntry) {

  private static final String FOLDER = "loader/entries/";

  private record Candidate(String path, BootEntry entry) {}

  /**
   * What comes up.
   *
   * @param files of the boot partition as they are now
   * @param opens whether the TPM opens this volume and its root can be mounted
   */
  public Startup start(Map<String, byte[]> files, Predicate<UUID> opens) {
    Option<Candidate> picked =
        Option.ofOptional(
            files.keySet().stream()
                .filter(path -> path.startsWith(FOLDER) && path.endsWith(".conf"))
                .sorted(new VersionOrder().reversed())
                .flatMap(path -> candidate(path, files.get(path)).toJavaStream())
                .findFirst());
    return picked
        .map(candidate -> start(candidate, files, opens))
        .getOrElse(() -> new Startup.NothingBoots("there is no boot entry"));
  }

  private static Option<Candidate> candidate(String path, byte[] content) {
    return BootEntry.parse(new String(content, StandardCharsets.UTF_8))
        .toOption()
        .filter(entry -> entry.value("linux").isDefined())
        .map(entry -> new Candidate(path, entry));
  }

  private Startup start(Candidate picked, Map<String, byte[]> files, Predicate<UUID> opens) {
    BootEntry entry = picked.entry();
    for (String key : List.of("linux", "initrd")) {
      for (String value : entry.values(key)) {
        String path = value.replaceFirst("^/", "");
        if (!installed.containsKey(path) || !Arrays.equals(files.get(path), installed.get(path))) {
          return new Startup.NothingBoots(
              picked.path() + " names " + value + ", which is not whole");
        }
      }
    }
    if (entry.kernelCommandLine().arguments().stream().anyMatch(Trigger::is)) {
      return new Startup.RunnerBoots(
          picked.path(), Arrays.equals(files.get(picked.path()), installed.get(oldEntry)));
    }
    return Option.of(entry.kernelCommandLine().lastValue("rd.luks.name").getOrNull())
        .flatMap(Firmware::uuid)
        .filter(opens)
        .<Startup>map(_ -> new Startup.RootOpens(picked.path(), isOldButForArguments(entry)))
        .getOrElse(
            () ->
                new Startup.NothingBoots(picked.path() + " does not come to a root it can mount"));
  }

  private static Option<UUID> uuid(String nameArgument) {
    return Option.when(
        nameArgument.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}=root"),
        () -> UUID.fromString(nameArgument.substring(0, 36)));
  }

  /** Every line of the old entry is there, and every argument but trigger and root. */
  private boolean isOldButForArguments(BootEntry entry) {
    BootEntry old =
        BootEntry.parse(new String(installed.get(oldEntry), StandardCharsets.UTF_8)).get();
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
