package dev.lockstep.installer.cli;

import dev.lockstep.installer.filesystem.RootFilesystem;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A filesystem by the name that mount(8) has for it. */
public final class FilesystemName implements ITypeConverter<RootFilesystem> {

  @Override
  public RootFilesystem convert(String text) {
    return Stream.of(RootFilesystem.values())
        .filter(filesystem -> filesystem.mountType().equals(text))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("'" + text + "' is not ext4, xfs or btrfs"));
  }
}
