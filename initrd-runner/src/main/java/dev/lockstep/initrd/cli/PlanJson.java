package dev.lockstep.initrd.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.initrd.runner.DiskVolume;
import dev.lockstep.initrd.runner.SwapVolume;
import dev.lockstep.journal.event.Sentences;
import dev.lockstep.statemachine.firstboot.Foresight;
import dev.lockstep.statemachine.swap.SwapForesight;
import java.util.List;
import java.util.Map;

/** A plan for machines: the root's steps, and those of each volume before it. */
final class PlanJson {

  private PlanJson() {}

  static String of(
      Map<DiskVolume, List<Foresight.Step>> plans,
      Map<SwapVolume, List<SwapForesight.Step>> swaps) {
    ObjectNode all = new JsonMapper().createObjectNode();
    plans.forEach(
        (volume, steps) -> {
          if (volume.isRoot()) {
            fill(all, volume, steps);
          } else {
            fill(all.withArray("volumes").addObject().put("name", volume.name()), volume, steps);
          }
        });
    swaps.forEach(
        (volume, steps) ->
            SwapBlocks.fill(
                all.withArray("volumes").addObject().put("name", volume.name()),
                steps,
                volume.partition().place().sizeBytes()));
    return all.toString();
  }

  private static void fill(ObjectNode plan, DiskVolume volume, List<Foresight.Step> steps) {
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
      PlanCommand.ranges(step).forEach(range -> each.put("writes", volume.of(range)));
    }
  }
}
