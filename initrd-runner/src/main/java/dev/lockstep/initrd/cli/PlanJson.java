package dev.lockstep.initrd.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.event.Sentences;
import dev.lockstep.statemachine.firstboot.Foresight;
import java.util.List;

/** A plan for machines. */
final class PlanJson {

  private PlanJson() {}

  static String of(List<Foresight.Step> steps) {
    ObjectNode plan = new JsonMapper().createObjectNode();
    ArrayNode list = plan.putArray("steps");
    for (Foresight.Step step : steps) {
      ObjectNode each = list.addObject();
      each.put("from", step.from().getClass().getSimpleName());
      each.put("to", step.to().getClass().getSimpleName());
      step.intent()
          .forEach(
              intent ->
                  each.put("intent", intent.getClass().getSimpleName())
                      .put("sentence", Sentences.of(intent)));
      PlanCommand.ranges(step).forEach(range -> each.put("writes", range));
    }
    return plan.toString();
  }
}
