package dev.lockstep.simulator.real;

import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.simulator.demo.FinishedFolder;
import dev.lockstep.simulator.demo.PlainSnapshot;
import dev.lockstep.simulator.demo.SecretSearch;
import dev.lockstep.simulator.demo.StoryStep;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One first boot that is killed at some instants and then finished, in two commands as the demo
 * does it: the first stops with the configuration staged, so that every byte can be noted there.
 */
final class KilledRun {

  private static final int SAFE_POINT = 10;
  private static final int WRONG_KEY = 12;
  private static final int MOST_COMMANDS = 4;
  private static final int DYING_MILLIS = 10_000;
  private static final int LONGEST_KEY_BYTES = 4096;

  private final Laboratory laboratory;
  private final int number;
  private final Path folder;
  private final Path cuts;
  private final Path words;
  private final List<String> kills = new ArrayList<>();
  private final Set<String> texts = ProcessTexts.none();
  private int tooLate;
  private int commands;
  private long worstMillis;
  private int strangers;
  private int files;
  private int cores;

  KilledRun(Laboratory laboratory, int number) throws IOException {
    this.laboratory = laboratory;
    this.number = number;
    this.folder = laboratory.installed("killed");
    this.cuts = laboratory.fresh("cuts");
    this.words = Runner.words(folder);
  }

  /** A fault that ends the run. */
  private static final class Faulty extends Exception {
    private static final long serialVersionUID = 1;
    private final KillVerdict.Kind kind;

    Faulty(KillVerdict.Kind kind, String sentence) {
      super(sentence);
      this.kind = kind;
    }
  }

  /** Both commands, in order. */
  static List<String> staging(Laboratory laboratory, Path folder) {
    List<String> command = new ArrayList<>(laboratory.command(folder));
    command.addAll(List.of("--stop-after", "ConfigurationStaged"));
    return command;
  }

  /** Disk, TPM and key, as the last command left them. */
  Path folder() {
    return folder;
  }

  /** As the last cut left them; none before the first. */
  Optional<Path> lastCut() {
    return kills.isEmpty() ? Optional.empty() : Optional.of(cuts.resolve("" + kills.size()));
  }

  /**
   * Runs it.
   *
   * @param staging what the first command takes uncut
   * @param finishing what the second takes
   */
  KillVerdict run(KillPlan plan, Pace staging, Pace finishing, Recovery judge) throws IOException {
    Optional<KillVerdict.Fault> fault = Optional.empty();
    try (LearntSecrets secrets = new LearntSecrets()) {
      follow(staging(laboratory, folder), plan.staging(), staging, SAFE_POINT, secrets);
      secrets.learn(folder, laboratory.folder());
      PlainSnapshot plain = Recording.plain(folder);
      follow(laboratory.command(folder), plan.finishing(), finishing, 0, secrets);
      require(KillVerdict.Kind.LOST, judge.judge(folder, Optional.of(plain)));
      require(
          KillVerdict.Kind.LEAKED, FinishedFolder.strangersFault(folder, secrets.conversionKeys()));
      require(KillVerdict.Kind.LEAKED, leak(secrets));
    } catch (Faulty found) {
      fault = Optional.of(new KillVerdict.Fault(found.kind, found.getMessage()));
    }
    return new KillVerdict(
        number, kills, tooLate, commands, worstMillis, strangers, files, cores, fault);
  }

  private static void require(KillVerdict.Kind kind, Optional<String> fault) throws Faulty {
    if (fault.isPresent()) {
      throw new Faulty(kind, fault.get());
    }
  }

  private void follow(
      List<String> command,
      List<KillPlan.Instant> instants,
      Pace pace,
      int expected,
      LearntSecrets secrets)
      throws IOException, Faulty {
    for (KillPlan.Instant instant : instants) {
      kill(command, instant, pace.millis(), expected, secrets);
    }
    int exitCode = -1;
    int tries = 0;
    while (exitCode != expected && tries < MOST_COMMANDS) {
      tries++;
      exitCode = finish(command, pace);
    }
    commands = Math.max(commands, tries);
    if (exitCode != expected) {
      throw new Faulty(
          KillVerdict.Kind.STUCK,
          "%d further commands ended with exit code %d: %s"
              .formatted(tries, exitCode, Runner.lastWords(folder)));
    }
  }

  private int finish(List<String> command, Pace pace) throws IOException {
    try (PoweredMachine machine = PoweredMachine.start(command, folder, words);
        ProcessTexts _ = ProcessTexts.watch(machine, texts)) {
      boolean ended = machine.endsWithin(Runner.LIMIT_MINUTES * 60_000L);
      worstMillis = Math.max(worstMillis, machine.millisOn());
      pace.saw(machine.millisOn());
      if (!ended) {
        machine.cutPower();
      }
      machine.awaitDisk();
      return machine.exitCode();
    }
  }

  private void kill(
      List<String> command,
      KillPlan.Instant instant,
      long millis,
      int expected,
      LearntSecrets secrets)
      throws IOException, Faulty {
    try (PoweredMachine machine = PoweredMachine.start(command, folder, words);
        ProcessTexts _ = ProcessTexts.watch(machine, texts)) {
      if (machine.endsWithin(Math.round(instant.part() * millis))) {
        machine.awaitDisk();
        tooLate++;
        if (machine.exitCode() != expected) {
          throw new Faulty(
              KillVerdict.Kind.STUCK,
              "A command ended before its kill with exit code %d: %s"
                  .formatted(machine.exitCode(), Runner.lastWords(folder)));
        }
        return;
      }
      end(machine, instant.manner());
    }
    StoryStep step = LastStep.in(FinishedFolder.disk(folder));
    kills.add(step.title());
    Path cut = Files.createDirectories(cuts.resolve("" + kills.size()));
    Laboratory.copyMachine(folder, cut);
    secrets.learn(cut, laboratory.folder());
    if (step == StoryStep.CONVERT && strangers == 0) {
      refuseStranger(cut);
    }
  }

  private static void end(PoweredMachine machine, KillPlan.Manner manner) throws IOException {
    switch (manner) {
      case POWER_CUT -> machine.cutPower();
      case SEGMENTATION_FAULT -> crash(machine, ProcessTree.SIGSEGV);
      case ABORT -> crash(machine, ProcessTree.SIGABRT);
    }
  }

  private static void crash(PoweredMachine machine, int signal) throws IOException {
    machine.processes().forEach(process -> ProcessTree.signal(process.pid(), signal));
    if (!machine.endsWithin(machine.millisOn() + DYING_MILLIS)) {
      machine.cutPower();
    }
    machine.awaitDisk();
  }

  /** In the midst of the conversion another TPM gets the exit code of a wrong key. */
  private void refuseStranger(Path cut) throws IOException, Faulty {
    Path other = laboratory.fresh("other-machine");
    Laboratory.copyMachine(cut, other);
    FinishedFolder.delete(FinishedFolder.tpm(other));
    try (PoweredMachine machine =
        PoweredMachine.start(laboratory.command(other), other, Runner.words(other))) {
      boolean ended = machine.endsWithin(Runner.LIMIT_MINUTES * 60_000L);
      if (!ended || machine.exitCode() != WRONG_KEY) {
        throw new Faulty(
            KillVerdict.Kind.LEAKED,
            "Another TPM in the midst of the conversion ended with exit code %s, not 12: %s"
                .formatted(ended ? machine.exitCode() : "none", Runner.lastWords(other)));
      }
      machine.awaitDisk();
    }
    strangers++;
  }

  /** Looks for each secret wherever it has no business. */
  private Optional<String> leak(LearntSecrets secrets) throws IOException {
    if (secrets.conversionKeys().isEmpty()) {
      return Optional.of("No conversion key was learnt, so none could be looked for.");
    }
    try (Secret recoveryKey =
            Secret.readFrom(FinishedFolder.recoveryKey(folder), LONGEST_KEY_BYTES);
        Secret volumeKey = FinishedFolder.volumeKey(folder);
        SecretSearch search = secrets.search(recoveryKey, volumeKey)) {
      search.proveItself();
      countCores();
      for (Path place : List.of(folder, cuts)) {
        for (Path file : filesOf(place)) {
          files++;
          try (BlockDeviceFile open = BlockDeviceFile.open(file, Access.READ_ONLY)) {
            Optional<String> found = search.findIn(open);
            if (found.isPresent()) {
              return Optional.of(file + " holds " + found.get());
            }
          }
        }
      }
      for (String text : texts) {
        files++;
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        Optional<String> found = search.findIn(RandomReader.of(bytes));
        if (found.isPresent()) {
          return Optional.of("A process shows " + found.get() + " of its /proc entry");
        }
      }
    }
    return Optional.empty();
  }

  /** Of whoever was not forbidden to leave one: searched as every other file is. */
  private void countCores() throws IOException {
    try (Stream<Path> left = Files.list(PoweredMachine.cores(folder))) {
      cores += (int) left.count();
    }
  }

  /** The file of the recovery key is where it belongs; so is an unfinished one beside it. */
  private static List<Path> filesOf(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .filter(file -> !file.getFileName().toString().contains("recovery-key"))
          .toList();
    }
  }
}
