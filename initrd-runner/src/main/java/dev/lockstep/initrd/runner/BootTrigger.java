package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.boot.BootEntry;
import dev.lockstep.statemachine.boot.Trigger;
import dev.lockstep.statemachine.port.BootPartition;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The trigger in the boot entries, where it can be understood; preflight tells where it can't. */
final class BootTrigger {

  private static final String FOLDER = "loader/entries";
  private static final int MOST_ENTRIES = 64;

  private BootTrigger() {}

  static Option<Trigger> on(BootPartition boot) throws IOException {
    for (String name : boot.list(FOLDER).stream().sorted().limit(MOST_ENTRIES).toList()) {
      Option<byte[]> content =
          name.endsWith(".conf") ? boot.read(FOLDER + "/" + name) : Option.none();
      Option<Trigger> found =
          content
              .flatMap(
                  bytes -> BootEntry.parse(new String(bytes, StandardCharsets.UTF_8)).toOption())
              .flatMap(entry -> entry.trigger().getOrElse(Option.none()));
      if (found.isDefined()) {
        return found;
      }
    }
    return Option.none();
  }
}
