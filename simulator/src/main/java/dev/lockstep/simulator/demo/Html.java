package dev.lockstep.simulator.demo;

import dev.lockstep.journal.scan.Printable;

/** Text and nothing but text: whatever came out of a file or a process is never markup. */
public final class Html {

  private Html() {}

  public static String escape(String text) {
    return Printable.of(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
