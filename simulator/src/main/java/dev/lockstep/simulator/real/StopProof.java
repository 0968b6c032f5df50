package dev.lockstep.simulator.real;

import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.FinishedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * First boots that are told to stop (SIGTERM) at random instants and go on with the same command,
 * every other time with all processors busy: each stop takes a second at most.
 */
public final class StopProof {

  private static final int DONE = 0;
  private static final int SAFE_POINT = 10;
  private static final int KILLED_BY_SIGTERM = 128 + 15;

  /**
   * What was asked for.
   *
   * @param folder for temporary folders and what failed; exists
   * @param launcher the program that a user would call
   */
  public record Request(long diskBytes, int stops, long seed, Path folder, Path launcher) {

    public Request {
      Laboratory.requireSize(diskBytes);
      if (stops < 1) {
        throw new IllegalArgumentException("--stops takes a number from 1");
      }
    }
  }

  private final Request request;
  private final Consumer<String> out;
  private final Random random;
  private final List<StopReport.Stop> stops = new ArrayList<>();

  /**
   * @param out told the progress, a line at a time
   */
  public StopProof(Request request, Consumer<String> out) {
    this.request = request;
    this.out = out;
    this.random = new Random(request.seed());
  }

  /** Stops and goes on until there were enough, and judges each disk. */
  public StopReport run() throws IOException, DemoFailed {
    return Workplace.use(
        request.folder(),
        (folder, kept) -> {
          // So much that the conversion takes most of the time, where there is room for it.
          long roomBytes = request.diskBytes() - Laboratory.SMALLEST_DISK_BYTES;
          Laboratory laboratory =
              Laboratory.make(
                  folder,
                  request.launcher(),
                  request.diskBytes(),
                  Math.max(request.diskBytes() / 20, roomBytes / 2),
                  request.seed());
          return prove(laboratory, kept);
        });
  }

  private StopReport prove(Laboratory laboratory, KeptStates kept) throws IOException {
    Path timed = laboratory.installed("timed");
    long millis;
    try (PoweredMachine machine =
        PoweredMachine.start(laboratory.command(timed), timed, Runner.words(timed))) {
      if (!machine.endsWithin(Runner.LIMIT_MINUTES * 60_000L)) {
        throw new IOException("a first boot that was not stopped does not end");
      }
      millis = machine.millisOn();
    }
    FinishedFolder.delete(timed);
    out.accept("installed; not stopped it takes " + millis + " ms");
    Recovery recovery = new Recovery(new ProcessRunner(laboratory), Recovery.Sabotage.NONE);
    Optional<String> fault = Optional.empty();
    while (stops.size() < request.stops() && fault.isEmpty()) {
      Path folder = laboratory.installed("stopped");
      boolean isComplete = false;
      while (!isComplete && stops.size() < request.stops()) {
        isComplete = stop(laboratory, folder, millis).exitCode() == DONE;
      }
      fault = recovery.of(folder, Optional.empty()).fault();
      if (fault.isPresent()) {
        Verdict lost = new Verdict(Verdict.Tier.KILLED, "stopped by SIGTERM", "", 0, fault);
        kept.keep(lost, laboratory.installed("installed"), folder, laboratory);
      }
    }
    return new StopReport(request, stops, fault, kept.first());
  }

  private StopReport.Stop stop(Laboratory laboratory, Path folder, long millis) throws IOException {
    boolean isBusy = stops.size() % 2 == 1;
    long at = Math.round(random.nextDouble() * millis);
    try (BusyProcessors _ = isBusy ? BusyProcessors.all() : BusyProcessors.none();
        PoweredMachine machine =
            PoweredMachine.start(laboratory.command(folder), folder, Runner.words(folder))) {
      boolean endedBefore = machine.endsWithin(at);
      long asked = machine.millisOn();
      machine.command().ifPresent(ProcessHandle::destroy);
      if (!endedBefore && !machine.endsWithin(asked + Runner.LIMIT_MINUTES * 60_000L)) {
        throw new IOException("a first boot does not end after SIGTERM");
      }
      long took = endedBefore ? 0 : machine.millisOn() - asked;
      machine.awaitDisk();
      StopReport.Stop stop =
          new StopReport.Stop(
              LastStep.in(FinishedFolder.disk(folder)).title(),
              asked,
              took,
              machine.exitCode(),
              isBusy,
              endedBefore,
              Runner.lastWords(folder));
      if (!endedBefore) {
        stops.add(stop);
        out.accept("%d of %d  %s".formatted(stops.size(), request.stops(), stop.words()));
      }
      return stop;
    }
  }

  /** What a stop may end with: 143 is the launcher's, before there is a runner. */
  static boolean isOrderly(int exitCode) {
    return exitCode == DONE || exitCode == SAFE_POINT || exitCode == KILLED_BY_SIGTERM;
  }
}
