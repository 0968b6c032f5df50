package dev.lockstep.initrd.cryptsetup;

import java.io.IOException;

/** A LUKS2 JSON area that can't be understood: where in it, and what is wrong. */
public final class MalformedMetadataException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST_MESSAGE = 200;

  MalformedMetadataException(String message) {
    super(printable(message));
  }

  /** Whatever a hostile disk says is shown short and without control characters. */
  private static String printable(String text) {
    String shown = text.replaceAll("\\p{Cntrl}", "?");
    return shown.length() <= LONGEST_MESSAGE ? shown : shown.substring(0, LONGEST_MESSAGE) + "…";
  }
}
