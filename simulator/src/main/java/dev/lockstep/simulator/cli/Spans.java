package dev.lockstep.simulator.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a span of time: 90s, 10m, 2h, or as ISO 8601 has it, PT1H30M. */
final class Spans implements ITypeConverter<Duration> {

  @Override
  public Duration convert(String text) {
    String span = text.toUpperCase(Locale.ROOT);
    try {
      Duration read = Duration.parse(span.startsWith("P") ? span : "PT" + span);
      if (read.isPositive()) {
        return read;
      }
    } catch (DateTimeParseException notOne) {
      // told below, like one that is not positive
    }
    throw new TypeConversionException("a span of time is 90s, 10m, 2h or 1h30m, not " + text);
  }
}
