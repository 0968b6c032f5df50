package dev.lockstep.journal.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.statemachine.firstboot.Job;

/**
 * Fields that came after the first journals: left out where they say what those meant, so that the
 * same event has the same bytes for ever, and put in again before it is read.
 */
final class OptionalFields {

  private static final String JOB = "job";
  private static final String SLOTS = "slots";

  private OptionalFields() {}

  static JsonNode leftOut(JsonNode member) {
    if (member.get(JOB) instanceof ObjectNode job && standardSlots().equals(job.get(SLOTS))) {
      job.remove(SLOTS);
    }
    return member;
  }

  static JsonNode putIn(JsonNode member) {
    if (member.get(JOB) instanceof ObjectNode job && !job.has(SLOTS)) {
      job.set(SLOTS, standardSlots());
    }
    return member;
  }

  private static ArrayNode standardSlots() {
    ArrayNode slots = JsonNodeFactory.instance.arrayNode();
    Job.STANDARD_SLOTS.forEach(slot -> slots.add(slot.name()));
    return slots;
  }
}
