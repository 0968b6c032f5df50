package dev.lockstep.simulator.luks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The key slots of TPMs, in places of their own as in a real header: the one that the TPM's token
 * names, and those whose tokens were set aside.
 *
 * @param named the present one; {@link #NOBODY} where no token names one
 * @param aside of earlier TPMs, in the order in which they were set aside
 */
record TpmSlots(TpmSlot named, List<TpmSlot> aside) {

  /** Fewer than the 32 of a real header, so that it is soon seen when they are used up. */
  private static final String PLACES = "TUV";

  /**
   * One of them.
   *
   * @param place of its key
   * @param bound the TPM that opens it, and what that must measure
   */
  record TpmSlot(char place, String bound) {

    private String encode() {
      return place + "=" + bound;
    }

    private static TpmSlot decode(String text) {
      return new TpmSlot(text.charAt(0), text.substring(2));
    }
  }

  static final TpmSlot NOBODY = new TpmSlot('-', "nothing");

  TpmSlots {
    aside = List.copyOf(aside);
  }

  static TpmSlots of(String bound) {
    return new TpmSlots(new TpmSlot(PLACES.charAt(0), bound), List.of());
  }

  static TpmSlots none() {
    return new TpmSlots(NOBODY, List.of());
  }

  TpmSlots withAllAside() {
    if (named.equals(NOBODY)) {
      return this;
    }
    List<TpmSlot> all = new ArrayList<>(aside);
    all.add(named);
    return new TpmSlots(NOBODY, all);
  }

  TpmSlots naming(String bound) throws IOException {
    return new TpmSlots(new TpmSlot(freePlace(), bound), aside);
  }

  TpmSlots withoutAside() {
    return new TpmSlots(named, List.of());
  }

  /** Where the next one's key goes. */
  char freePlace() throws IOException {
    String used = aside.stream().map(slot -> "" + slot.place()).collect(Collectors.joining());
    for (int at = 0; at < PLACES.length(); at++) {
      if (used.indexOf(PLACES.charAt(at)) < 0) {
        return PLACES.charAt(at);
      }
    }
    throw new IOException("no key slot is free");
  }

  String encode() {
    String others = aside.stream().map(TpmSlot::encode).collect(Collectors.joining(","));
    return named.encode() + ";" + others;
  }

  static TpmSlots decode(String text) {
    int end = text.indexOf(';');
    String others = text.substring(end + 1);
    return new TpmSlots(
        TpmSlot.decode(text.substring(0, end)),
        others.isEmpty()
            ? List.of()
            : List.of(others.split(",", -1)).stream().map(TpmSlot::decode).toList());
  }
}
