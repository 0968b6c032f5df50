package dev.lockstep.installer.loader;

import dev.lockstep.installer.source.SourceTree;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * systemd-boot on the ESP, at the path that firmware boots without being told (UEFI specification,
 * 3.5.1.1).
 */
public final class SystemdBoot {
  public static final String FALLBACK_PATH = "/EFI/BOOT/BOOTX64.EFI";
  public static final String CONFIGURATION_PATH = "/loader/loader.conf";

  /** Three seconds to choose; no default named, so that sort-key and version decide. */
  public static final String CONFIGURATION = "timeout 3\n";

  private static final String BINARY = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi";

  private SystemdBoot() {}

  /** The loader's binary: the tree's own, else the host's. */
  public static Option<Path> find(SourceTree tree) throws IOException {
    Option<Path> own = tree.file(BINARY);
    return own.isDefined() ? own : Option.of(Path.of(BINARY)).filter(Files::isRegularFile);
  }

  /** What to tell whoever installs where there is none. */
  public static String missingNote() {
    return "no boot loader was installed: neither the source nor this machine has %s (package systemd-boot-efi)"
        .formatted(BINARY);
  }
}
