package dev.lockstep.initrd.policy;

import java.util.List;

/** What a setting was set to, of the type that the setting wants. */
sealed interface Value {

  record Flag(boolean on) implements Value {}

  record Count(int number) implements Value {}

  /** Ascending, each 0 to 23, none that changes with the boot entry. */
  record Pcrs(List<Integer> numbers) implements Value {}

  record Text(String text) implements Value {}
}
