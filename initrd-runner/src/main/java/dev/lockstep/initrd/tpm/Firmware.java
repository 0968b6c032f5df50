package dev.lockstep.initrd.tpm;

import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a software TPM's "firmware" measures at each boot: PCR number (0 to 23) to event text (at
 * most 1024 bytes), one event each. Without any, PCR 7 stays zero and systemd enforces no policy.
 */
public record Firmware(SortedMap<Integer, String> events) {
  /** Firmware code (0), boot loader (4) and Secure Boot state (7), always the same. */
  public static final Firmware DEFAULT =
      new Firmware(new TreeMap<>())
          .measuring(0, "Lockstep software firmware, version 1")
          .measuring(4, "Lockstep boot loader, version 1")
          .measuring(7, "Lockstep Secure Boot keys, version 1");

  /** Copies, and refuses what a TPM would. */
  public Firmware {
    events = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(events));
    events.forEach(Firmware::check);
  }

  /** The same firmware, with another event for one PCR. */
  public Firmware measuring(int pcr, String event) {
    TreeMap<Integer, String> changed = new TreeMap<>(events);
    changed.put(pcr, event);
    return new Firmware(changed);
  }

  private static void check(int pcr, String event) {
    if (pcr < 0 || pcr > 23) {
      throw new IllegalArgumentException("PCR " + pcr + " is not in 0 to 23");
    }
    if (event.getBytes(StandardCharsets.UTF_8).length > 1024) {
      throw new IllegalArgumentException("the event of PCR " + pcr + " is longer than 1024 bytes");
    }
  }
}
