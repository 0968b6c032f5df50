package dev.lockstep.simulator.cli;

import dev.lockstep.simulator.qemu.InitrdMaker;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What makes an initrd, by its package's name. */
public final class InitrdMakerName implements ITypeConverter<InitrdMaker> {

  @Override
  public InitrdMaker convert(String text) {
    return InitrdMaker.named(text)
        .orElseThrow(
            () -> new TypeConversionException("'" + text + "' is not dracut or initramfs-tools"));
  }
}
