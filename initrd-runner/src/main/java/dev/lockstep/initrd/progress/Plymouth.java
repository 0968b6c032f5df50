package dev.lockstep.initrd.progress;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The boot splash, by plymouth(1). It is told at most once a second, and never waited for long: a
 * splash that hangs must not keep the conversion.
 */
final class Plymouth implements Narrator {
  private static final long PATIENCE_MILLIS = 1_000;
  private static final long PAUSE_NANOS = 1_000_000_000L;

  /** The daemon's, in an initrd and after it. */
  static final Path PROCESS_ID = Path.of("/run/plymouth/pid");

  private final String program;
  private final Pace pace = new Pace(System::nanoTime);
  private long toldNanos = System.nanoTime() - PAUSE_NANOS;
  private boolean silent;

  Plymouth(String program) {
    this.program = program;
  }

  /** Whether there is a splash to be told. */
  static boolean isRunning() {
    return Files.exists(PROCESS_ID);
  }

  @Override
  public void saw(Event<Intent, Outcome> event, State<Phase, Intent> after) {}

  @Override
  public boolean converted(long doneBytes, long totalBytes, boolean goOn) {
    if (System.nanoTime() - toldNanos >= PAUSE_NANOS) {
      toldNanos = System.nanoTime();
      Pace.Reading now = pace.at(doneBytes, totalBytes);
      tell("system-update", "--progress=" + now.percent());
      tell("display-message", "--text=" + sentence(now));
    }
    return goOn;
  }

  private static String sentence(Pace.Reading now) {
    return now.secondsLeft() < 0
        ? "Encrypting the disk, %d %%. It is safe to power off.".formatted(now.percent())
        : "Encrypting the disk, %d %%, about %d minutes left. It is safe to power off."
            .formatted(now.percent(), (long) Math.ceil(now.secondsLeft() / 60));
  }

  @Override
  public int ended(Ending ending, String done) {
    tell(
        "display-message",
        "--text="
            + switch (ending) {
              case Ending.Finished() -> "Done: " + done + ".";
              case Ending.Stopped(var refusal) -> refusal.sentence();
            });
    return Narrator.exitCode(ending);
  }

  private void tell(String... words) {
    if (silent) {
      return;
    }
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(words));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        silent = true;
      }
    } catch (IOException notThere) {
      silent = true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      silent = true;
    }
  }
}
