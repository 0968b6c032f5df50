package dev.lockstep.simulator.qemu;

import dev.lockstep.simulator.demo.DemoFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Boots the machine again and again, cutting its power where the plan says, until it is up. */
final class Boots {

  /** Only a login prompt tells that the whole of the system is up. */
  static final String UP = "lockstep login:";

  private static final String STOPPED = "Entering emergency mode";

  /** For a passphrase, or for the recovery key where the volume has one. */
  private static final String ASKS = "for disk root";

  static final String IN_THE_CLEAR = "the boot goes on in the clear";

  static final String ENCRYPTED = "the boot goes on with the encrypted root";

  /** What an uncut first boot prints, about. */
  private static final int STEPS = 46;

  /** Without hardware help, beside other work. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  /**
   * One power cut.
   *
   * @param steps so many have to be told in that boot
   * @param delayMillis and then this long
   */
  record Cut(int steps, int delayMillis) {}

  /**
   * One boot.
   *
   * @param end how it ended, in words
   */
  record Boot(long millis, int steps, String end) {}

  private final Machine.Parts parts;
  private final Path folder;
  private final List<Boot> told = new ArrayList<>();

  /**
   * Boots of one machine.
   *
   * @param folder where what each boot said is kept
   */
  Boots(Machine.Parts parts, Path folder) {
    this.parts = parts;
    this.folder = folder;
  }

  /** Each within its share of the whole, so that all of them come. */
  static List<Cut> plan(int cuts, long seed) {
    Random random = new Random(seed);
    List<Cut> plan = new ArrayList<>();
    for (int number = 0; number < cuts; number++) {
      plan.add(new Cut(1 + random.nextInt(Math.max(2, STEPS / cuts)), random.nextInt(1500)));
    }
    return plan;
  }

  List<Boot> told() {
    return List.copyOf(told);
  }

  /** Boots until the power is cut; the first boot may be done by then. */
  Boot cut(Cut cut) throws IOException, DemoFailed {
    return boot(
        parts,
        console -> console.progress() >= cut.steps() || console.says(ENCRYPTED) || console.says(UP),
        cut.delayMillis(),
        "power cut " + cut.delayMillis() + " ms after: ");
  }

  /** Boots until somebody could log in. */
  Boot up() throws IOException, DemoFailed {
    return up(() -> {});
  }

  /** Something to look at again and again while a machine boots. */
  @FunctionalInterface
  interface Watch {
    void look() throws IOException, DemoFailed;
  }

  /** The same, watched. */
  Boot up(Watch watch) throws IOException, DemoFailed {
    return boot(
        parts,
        console -> {
          watch.look();
          return console.says(UP);
        },
        0,
        "up; last step: ");
  }

  /** The console of the last boot. */
  Console last() {
    return new Console(serial(told.size()));
  }

  /** Boots with another stick in the machine, until somebody could log in. */
  Boot upWith(Path otherStick) throws IOException, DemoFailed {
    return boot(
        parts.withStick(otherStick), console -> console.says(UP), 0, "up, with another stick; ");
  }

  /** Boots with another TPM in the machine, until it asks a person for the key. */
  Boot asking(Path otherTpm) throws IOException, DemoFailed {
    return boot(
        parts.withTpm(otherTpm),
        console -> console.says(ASKS) || console.says(UP),
        0,
        "stands at the question for a key; ");
  }

  /** Whether the last boot is up. */
  boolean isUp() throws IOException {
    return last().says(UP);
  }

  /** Something to wait for. */
  @FunctionalInterface
  private interface Moment {
    boolean reached(Console console) throws IOException, DemoFailed;
  }

  private Boot boot(Machine.Parts with, Moment until, int delayMillis, String end)
      throws IOException, DemoFailed {
    long begun = System.nanoTime();
    try (Machine machine = Machine.start(with, serial(told.size() + 1))) {
      Console console = machine.console();
      while (!until.reached(console)) {
        String stuck = stuck(machine, begun);
        if (!stuck.isEmpty()) {
          throw new DemoFailed(
              30, "Boot %d %s:%n%s".formatted(told.size() + 1, stuck, console.tail()));
        }
        Machine.pause(50);
      }
      Machine.pause(delayMillis);
      long millis = (System.nanoTime() - begun) / 1_000_000;
      Boot boot = new Boot(millis, console.progress(), end + console.lastStep());
      told.add(boot);
      return boot;
    }
  }

  private String stuck(Machine machine, long begun) throws IOException {
    if (machine.console().says(STOPPED)) {
      return "stopped in the emergency shell";
    }
    if (!machine.isOn()) {
      return "went off by itself";
    }
    return System.nanoTime() - begun > LONGEST.toNanos() ? "did not get anywhere" : "";
  }

  private Path serial(int number) {
    return folder.resolve("boot-" + number + ".log");
  }
}
