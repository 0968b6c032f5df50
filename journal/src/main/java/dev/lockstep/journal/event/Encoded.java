package dev.lockstep.journal.event;

import java.nio.charset.StandardCharsets;

/**
 * An event as a record carries it.
 *
 * @param type for example {@code first-boot.intended.place-header}
 * @param version of the type; older ones are upcast when they are read
 * @param json the payload
 */
public record Encoded(String type, int version, String json) {

  public byte[] payload() {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
