package dev.lockstep.simulator.cli;

import dev.lockstep.simulator.real.Shard;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code I/N}. */
final class ShardForm implements ITypeConverter<Shard> {

  @Override
  public Shard convert(String text) {
    try {
      return Shard.parse(text);
    } catch (IllegalArgumentException notOne) {
      throw new TypeConversionException(notOne.getMessage());
    }
  }
}
