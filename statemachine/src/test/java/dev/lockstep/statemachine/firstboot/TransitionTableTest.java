package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Fixture.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Luks.Discovery;
import dev.lockstep.statemachine.port.Luks.Inside;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Generates the transition table of docs/ARCHITECTURE.md by driving the real machine, and holds the
 * document to it. To bring the document up to date run the test with {@code -Dlockstep.docs=write}.
 */
class TransitionTableTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "ARCHITECTURE.md");
  private static final String BEGIN = "<!-- generated: transition table -->\n";
  private static final String END = "<!-- end of what is generated -->\n";

  @Test
  void theArchitectureDocumentShowsTheMachineAsItIs() throws IOException {
    String document = Files.readString(DOCUMENT);
    int from = document.indexOf(BEGIN) + BEGIN.length();
    int to = document.indexOf(END);
    assertThat(from).as("marker in " + DOCUMENT).isGreaterThan(BEGIN.length());
    assertThat(to).as("marker in " + DOCUMENT).isGreaterThanOrEqualTo(from);
    String generated =
        order()
            + "\nA volume that no journal knows, and a key at hand opens, joins that order here:\n\n"
            + takeOver()
            + "\nA data volume, whose machine's root is done after it, ends there:\n\n"
            + dataVolume()
            + "\nWhere the policy asks to clear what lies behind the volume, that comes before it grows:\n\n"
            + cleared()
            + "\n"
            + cases()
            + "\n"
            + disagreements();
    if ("write".equals(System.getProperty("lockstep.docs"))) {
      Files.writeString(DOCUMENT, document.substring(0, from) + generated + document.substring(to));
      return;
    }
    assertThat(document.substring(from, to)).isEqualTo(generated);
  }

  private static String order() {
    return steps(plain()) + "| Complete | nothing is left | | |\n";
  }

  /** Up to where it is the order of every first boot. */
  private static String takeOver() {
    Seen seen = underLuks(new VolumeState.Converting(LUKS, 1000, 800));
    seen.discovery =
        Option.some(new Discovery(false, Set.of(), Either.right(new Inside(100, FILESYSTEM))));
    String all = steps(seen);
    return all.substring(0, all.indexOf("\n| Volume proven |") + 1);
  }

  private static String dataVolume() {
    Seen seen = plain();
    seen.policy = POLICY.with(Role.DATA);
    String all = steps(seen);
    String head = all.substring(0, all.indexOf("\n| Untouched |") + 1);
    return head
        + all.substring(all.indexOf("\n| Leftovers removed |") + 1)
        + "| Complete | nothing is left | | |\n";
  }

  private static String cleared() {
    Seen seen = plain();
    seen.policy = POLICY.with(BehindWindow.WIPE);
    String all = steps(seen);
    return all.substring(0, all.indexOf("\n| Untouched |") + 1)
        + all.substring(
            all.indexOf("\n| Moved segment wiped |") + 1, all.indexOf("\n| Growth settled |") + 1);
  }

  private static String steps(Seen seen) {
    StringBuilder table =
        new StringBuilder("| phase | what is done next | outcome | next phase |\n")
            .append("|---|---|---|---|\n");
    for (Foresight.Step step : Foresight.of(in(new FirstBoot().start()), seen.build()).get()) {
      table.append(
          "| %s | %s | %s | %s |\n"
              .formatted(
                  name(step.from()),
                  step.intent().map(i -> "perform " + name(i)).getOrElse("record what was seen"),
                  name(step.outcome()),
                  name(step.to())));
    }
    return table.toString();
  }

  private static String cases() {
    StringBuilder table = new StringBuilder("| case | why the decider chose a step |\n|---|---|\n");
    for (Case each : Case.values()) {
      table.append("| `%s` | %s |\n".formatted(each, each.sentence()));
    }
    return table.toString();
  }

  private static String disagreements() {
    StringBuilder table =
        new StringBuilder("| disagreement | what the operator is told |\n|---|---|\n");
    for (Disagreement each : Disagreement.values()) {
      table.append("| `%s` | %s |\n".formatted(each, each.refusal().sentence()));
    }
    return table.toString();
  }

  private static String name(Object value) {
    String camel = value.getClass().getSimpleName();
    return camel.charAt(0)
        + camel.substring(1).replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }
}
