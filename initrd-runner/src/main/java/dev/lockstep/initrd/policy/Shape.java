package dev.lockstep.initrd.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.statemachine.boot.Trigger;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.List;
import java.util.TreeSet;

/** What values a setting takes; on the left what is wrong with one. */
interface Shape {

  /** A generous limit on any text of a policy. */
  int LONGEST_TEXT = 4096;

  Either<String, Value> read(JsonNode value);

  static Shape flag() {
    return value ->
        value.isBoolean()
            ? Either.right(new Value.Flag(value.booleanValue()))
            : Either.left("must be true or false");
  }

  static Shape count(int least, int most) {
    return value ->
        value.isIntegralNumber()
                && value.canConvertToInt()
                && value.intValue() >= least
                && value.intValue() <= most
            ? Either.right(new Value.Count(value.intValue()))
            : Either.left("must be a number from %d to %d".formatted(least, most));
  }

  static Shape text(String what) {
    return value ->
        value.isTextual() && isPlain(value.textValue())
            ? Either.right(new Value.Text(value.textValue()))
            : Either.left("must be " + what + ", in quotes");
  }

  static Shape word(String... words) {
    String known = String.join(", ", words);
    return value ->
        value.isTextual() && List.of(words).contains(value.textValue())
            ? Either.right(new Value.Text(value.textValue()))
            : Either.left("must be one of " + known + ", in quotes");
  }

  static Shape pcrs() {
    return value -> {
      TreeSet<Integer> numbers = new TreeSet<>();
      for (JsonNode each : value) {
        if (!each.isIntegralNumber() || !each.canConvertToInt()) {
          return Either.left("must be a list of PCR numbers, as in [7, 14]");
        }
        Option<String> objection = Trigger.pcrObjection(each.intValue());
        if (objection.isDefined()) {
          return Either.left(objection.get());
        }
        numbers.add(each.intValue());
      }
      return value.isArray() && !numbers.isEmpty()
          ? Either.right(new Value.Pcrs(List.copyOf(numbers)))
          : Either.left("must be a list of PCR numbers, as in [7, 14]");
    };
  }

  private static boolean isPlain(String text) {
    return !text.isBlank()
        && text.length() <= LONGEST_TEXT
        && text.chars().noneMatch(Character::isISOControl);
  }
}
