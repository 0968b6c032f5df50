package dev.lockstep.journal.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Role;
import dev.lockstep.statemachine.firstboot.TpmTries;
import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.port.TpmIdentity;
import java.util.Arrays;

/**
 * Fields that came after the first journals: left out where they say what those meant, so that the
 * same event has the same bytes for ever, and put in again before it is read.
 */
final class OptionalFields {

  private static final String JOB = "job";
  private static final String SLOTS = "slots";
  private static final String SECTOR_BYTES = "sectorBytes";
  private static final String VOLUME_ROLE = "volumeRole";
  private static final String FILESYSTEM = "filesystem";
  private static final String TRANSFER_BYTES = "smallestTransferBytes";

  private static final String TPM_TRIES = "tpmTries";
  private static final String TPM_IDENTITY = "tpmIdentity";

  private OptionalFields() {}

  static JsonNode leftOut(JsonNode member) {
    if (member.get(JOB) instanceof ObjectNode job) {
      leaveOut(job, SLOTS, standardSlots());
      leaveOut(job, SECTOR_BYTES, IntNode.valueOf(Job.SMALL_SECTOR_BYTES));
      leaveOut(job, VOLUME_ROLE, TextNode.valueOf(Role.ROOT.name()));
      if (job.get(FILESYSTEM) instanceof ObjectNode filesystem) {
        leaveOut(filesystem, TRANSFER_BYTES, IntNode.valueOf(Plain.ANY_TRANSFER_BYTES));
      }
    }
    if (member instanceof ObjectNode outcome) {
      leaveOut(outcome, TPM_TRIES, notRead());
      leaveOut(outcome, TPM_IDENTITY, notTold());
    }
    return member;
  }

  /**
   * Puts them in.
   *
   * @param type what the member will be: another's fields of these names are not ours
   */
  static JsonNode putIn(JsonNode member, Class<?> type) {
    if (hasJob(type) && member.get(JOB) instanceof ObjectNode job) {
      job.putIfAbsent(SLOTS, standardSlots());
      job.putIfAbsent(SECTOR_BYTES, IntNode.valueOf(Job.SMALL_SECTOR_BYTES));
      job.putIfAbsent(VOLUME_ROLE, TextNode.valueOf(Role.ROOT.name()));
      if (job.get(FILESYSTEM) instanceof ObjectNode filesystem) {
        filesystem.putIfAbsent(TRANSFER_BYTES, IntNode.valueOf(Plain.ANY_TRANSFER_BYTES));
      }
    }
    if (member instanceof ObjectNode outcome) {
      if (Outcome.TellsTries.class.isAssignableFrom(type)) {
        outcome.putIfAbsent(TPM_TRIES, notRead());
      }
      if (Outcome.TellsTpm.class.isAssignableFrom(type)) {
        outcome.putIfAbsent(TPM_IDENTITY, notTold());
      }
    }
    return member;
  }

  private static boolean hasJob(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).anyMatch(part -> part.getType() == Job.class);
  }

  private static ObjectNode notRead() {
    TpmTries tries = TpmTries.NOT_READ;
    return JsonNodeFactory.instance
        .objectNode()
        .put("before", tries.before())
        .put("after", tries.after())
        .put("most", tries.most());
  }

  private static ObjectNode notTold() {
    TpmIdentity identity = TpmIdentity.NOT_TOLD;
    return JsonNodeFactory.instance
        .objectNode()
        .put("endorsement", identity.endorsement())
        .put("storage", identity.storage());
  }

  private static void leaveOut(ObjectNode object, String field, JsonNode standard) {
    if (standard.equals(object.get(field))) {
      object.remove(field);
    }
  }

  private static ArrayNode standardSlots() {
    ArrayNode slots = JsonNodeFactory.instance.arrayNode();
    Job.STANDARD_SLOTS.forEach(slot -> slots.add(slot.name()));
    return slots;
  }
}
