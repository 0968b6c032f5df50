package dev.lockstep.simulator.report;

import static dev.lockstep.simulator.demo.Html.escape;

import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.explore.Reached;
import dev.lockstep.statemachine.firstboot.Case;
import dev.lockstep.statemachine.invariant.Invariant;
import dev.lockstep.statemachine.invariant.Invariants;
import io.vavr.control.Option;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;

/**
 * The parts of a page that tell what was reached.
 *
 * @param reached marks of {@link Reached}
 */
record ReachedPage(SortedSet<String> reached) {

  /** A row for each invariant, and whether this plan breaks it. */
  String invariants(Option<Plan> counterexample) {
    StringBuilder page = new StringBuilder();
    page.append(
        "<h2>The invariants, and what each asked of the media</h2>\n<table class=\"stack\">\n");
    page.append(
        "<tr class=\"names\"><th>Invariant</th><th>Result</th><th>Answers it got</th></tr>\n");
    List<String> ofHistory = Invariants.ofHistory().stream().map(Invariant::name).toList();
    for (String name : Invariants.names()) {
      boolean broken = counterexample.exists(plan -> plan.invariant().equals(name));
      List<String> asked =
          reached.stream()
              .filter(ExplorationText.isPremiseOf(name))
              .map(mark -> mark.substring((Reached.PREMISE + name + " ").length()))
              .toList();
      page.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td class=\"%s\">%s</td><td>",
              escape(name),
              broken ? "bad" : "good",
              broken ? "violated" : "held"));
      if (asked.isEmpty()) {
        page.append("<span class=\"faint\">").append(silence(ofHistory.contains(name)));
        page.append("</span>");
      } else {
        page.append("<ul class=\"marks\">");
        asked.forEach(
            answer -> page.append(String.format(Locale.ROOT, "<li>%s</li>", escape(answer))));
        page.append("</ul>");
      }
      page.append("</td></tr>\n");
    }
    return page.append("</table>\n").toString();
  }

  private static String silence(boolean ofHistory) {
    return ofHistory
        ? "looks at the journal, at every cut"
        : "had nothing to ask: it looks at journal or recovery, or its premise did not come up";
  }

  /** Every case, and which were not reached. */
  String cases() {
    StringBuilder page = new StringBuilder();
    page.append("<h2>Cases of the decider</h2>\n<ul class=\"marks\">\n");
    for (Case each : Case.values()) {
      boolean isReached = reached.contains(Reached.CASE + each.name());
      page.append(
          String.format(
              Locale.ROOT,
              "<li%s>%s</li>\n",
              isReached ? "" : " class=\"not\"",
              escape(each.name())));
    }
    page.append("</ul>\n<p class=\"faint\">Dashed: not reached here; other scenarios do.</p>\n");
    return page.toString();
  }
}
