package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.port.BootPartition;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at the boot entries again and again: each is read every time, and taken apart only where
 * its content is another than at the last look.
 */
final class EntryLook {

  /** More than any loader shows: a hostile folder costs no more than this. */
  private static final int MOST_ENTRIES = 512;

  private static final class Known {
    private final byte[] content;
    private final Option<EntrySeen> seen;

    Known(byte[] content, Option<EntrySeen> seen) {
      this.content = content;
      this.seen = seen;
    }
  }

  private final BootPartition boot;
  private final Map<String, Known> known = new HashMap<>();

  EntryLook(BootPartition boot) {
    this.boot = boot;
  }

  /** Every entry that can be read, by name. */
  List<EntrySeen> look() throws IOException {
    List<String> names =
        boot.list(EntrySwitch.FOLDER).stream()
            .filter(name -> name.endsWith(EntrySwitch.SUFFIX))
            .sorted()
            .toList();
    List<EntrySeen> seen = new ArrayList<>();
    for (String name : names.subList(0, Math.min(names.size(), MOST_ENTRIES))) {
      boot.read(EntrySwitch.path(name)).flatMap(content -> read(name, content)).forEach(seen::add);
    }
    return seen;
  }

  private Option<EntrySeen> read(String name, byte[] content) {
    Known last = known.get(name);
    if (last == null || !Arrays.equals(last.content, content)) {
      last = new Known(content, EntrySwitch.read(name, content));
      known.put(name, last);
    }
    return last.seen;
  }
}
