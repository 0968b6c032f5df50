package dev.lockstep.simulator.cli;

import dev.lockstep.simulator.journal.JournalLevel;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code records} or {@code chronicle}. */
final class JournalLevelForm implements ITypeConverter<JournalLevel> {

  @Override
  public JournalLevel convert(String text) {
    return Arrays.stream(JournalLevel.values())
        .filter(level -> level.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException("it is 'records' or 'chronicle', not '" + text + "'"));
  }
}
