package dev.lockstep.journal.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Boot after boot until it is killed; each second one folds. Says what became durable. */
public final class BootingProcess {
  private BootingProcess() {}

  /** Takes the journal's folder, the scratch folder, and at how many boots it ends by itself. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Path scratch = Path.of(arguments[1]);
    for (int boot = 0; boot < Integer.parseInt(arguments[2]); boot++) {
      UUID id = UUID.randomUUID();
      try (Journal journal =
          Files.exists(directory)
              ? Journal.open(directory, scratch, id, () -> 1, CompactionTest.THREE)
              : Journal.create(directory, scratch, id, () -> 1)) {
        byte[] count = ("" + journal.nextSequence()).getBytes(UTF_8);
        journal.append("count", 1, count);
        System.out.println(new String(count, UTF_8));
        System.out.flush();
      }
    }
  }
}
