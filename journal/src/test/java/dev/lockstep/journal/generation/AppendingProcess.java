package dev.lockstep.journal.generation;

import dev.lockstep.journal.JournalFixture;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** A process that appends until it is killed, and says so of each record once it is durable. */
public final class AppendingProcess {
  private AppendingProcess() {}

  /** Takes the journal's folder and the scratch folder. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Path scratch = Path.of(arguments[1]);
    UUID bootId = UUID.randomUUID();
    Random random = new Random();
    try (Journal journal =
        Files.exists(directory)
            ? Journal.open(directory, scratch, bootId, System::currentTimeMillis)
            : Journal.create(directory, scratch, bootId, System::currentTimeMillis)) {
      while (journal.hasRoomFor(64, 4096)) {
        JournalFixture.append(journal, random.nextInt(3000));
        System.out.println(journal.nextSequence() - 1 + " " + journal.headHash());
        System.out.flush();
      }
    }
  }

  /** The command that starts this program with the flags Chronicle needs. */
  static List<String> command(Path directory, Path scratch) {
    return command(AppendingProcess.class, directory.toString(), scratch.toString());
  }

  /** The same for another program. */
  public static List<String> command(Class<?> program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(AppendingProcess::isForChronicle)
        .forEach(command::add);
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")); // starts in half the time
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  private static boolean isForChronicle(String flag) {
    return flag.startsWith("--") || flag.startsWith("-Dchronicle") || flag.startsWith("-Dslf4j");
  }
}
