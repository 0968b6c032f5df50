package dev.lockstep.simulator.demo;

import dev.lockstep.initrd.cryptsetup.LibraryVersion;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a proof with real tools needs of the machine. */
public final class Requirements {

  /** A program and the Debian package that has it. */
  private record Tool(String name, String debianPackage) {}

  private static final List<Tool> TOOLS =
      List.of(
          new Tool("systemd-cryptenroll", "systemd"),
          new Tool("systemd-creds", "systemd"),
          new Tool("swtpm", "swtpm"),
          new Tool("setsid", "util-linux"),
          new Tool("unshare", "util-linux"),
          new Tool("mkfs.ext4", "e2fsprogs"),
          new Tool("debugfs", "e2fsprogs"),
          new Tool("e2fsck", "e2fsprogs"),
          new Tool("mkfs.vfat", "dosfstools"),
          new Tool("mcopy", "mtools"));

  private static final String TOKEN_PLUGIN = "libcryptsetup-token-systemd-tpm2.so";

  private static final Tool STRACE = new Tool("strace", "strace");

  /** For a whole machine. */
  private static final List<Tool> MACHINE =
      List.of(
          new Tool("qemu-system-x86_64", "qemu-system-x86"),
          new Tool("debootstrap", "debootstrap"),
          new Tool("mtype", "mtools"));

  private static final String FIRMWARE = "/usr/share/OVMF/OVMF_CODE_4M.fd";
  private static final String BOOT_LOADER = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi";

  private static final String OR_MODEL = ", or run this with --model on modelled hardware";

  /** What else a user can do, to end a sentence with. */
  private final String otherwise;

  private Requirements(String otherwise) {
    this.otherwise = otherwise;
  }

  /** What the demo needs: refuses in one sentence; nothing was made. */
  static void check() throws DemoFailed {
    new Requirements(OR_MODEL).require(TOOLS);
  }

  /** What {@code simulate real} needs: as the demo, and strace to stop a run at its syncs. */
  public static void checkTraced() throws DemoFailed {
    Requirements requirements = new Requirements("");
    requirements.require(TOOLS);
    requirements.require(List.of(STRACE));
  }

  /** What {@code simulate boot} needs: as the demo, and a machine and a system to boot in it. */
  public static void checkMachine() throws DemoFailed {
    Requirements requirements = new Requirements("");
    requirements.require(TOOLS);
    for (Tool tool : MACHINE) {
      if (!isOnPath(tool.name())) {
        throw missingMachine(tool.name(), tool.debianPackage());
      }
    }
    if (!Files.exists(Path.of(FIRMWARE))) {
      throw missingMachine(FIRMWARE, "ovmf");
    }
    if (!Files.exists(Path.of(BOOT_LOADER))) { // before minutes are spent on a root to install
      throw missingMachine(BOOT_LOADER, "systemd-boot-efi");
    }
  }

  private void require(List<Tool> tools) throws DemoFailed {
    if (!"root".equals(System.getProperty("user.name"))) {
      throw DemoFailed.refused(
          "Loop devices and mounts need root: run this as root" + otherwise + ".");
    }
    if (LibraryVersion.loaded().isEmpty()) {
      throw missing("libcryptsetup.so.12", "libcryptsetup12");
    }
    for (Tool tool : tools) {
      if (!isOnPath(tool.name())) {
        throw missing(tool.name(), tool.debianPackage());
      }
    }
    if (!hasTokenPlugin()) {
      throw missing(TOKEN_PLUGIN, "systemd");
    }
    if (!Files.exists(Path.of("/dev/loop-control"))) {
      throw DemoFailed.refused(
          "/dev/loop-control is missing: load the kernel module loop" + otherwise + ".");
    }
  }

  /** {@code --setup} leaves these out: few want some hundred megabytes for one command. */
  private static DemoFailed missingMachine(String what, String debianPackage) {
    return DemoFailed.refused(what + " is missing: install the package " + debianPackage + ".");
  }

  private DemoFailed missing(String what, String debianPackage) {
    return DemoFailed.refused(
        what
            + " is missing: install the package "
            + debianPackage
            + " (add --setup to have it installed)"
            + otherwise
            + ".");
  }

  private static boolean isOnPath(String name) {
    List<String> folders = new ArrayList<>(List.of("/usr/sbin", "/sbin"));
    folders.addAll(
        List.of(
            Optional.ofNullable(System.getenv("PATH"))
                .orElse("/usr/bin:/bin")
                .split(Pattern.quote(File.pathSeparator), -1)));
    return folders.stream()
        .filter(folder -> !folder.isEmpty())
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }

  /** In the folder of libcryptsetup's plug-ins: /usr/lib/TRIPLET/cryptsetup or /usr/lib64/…. */
  private static boolean hasTokenPlugin() {
    for (String base : List.of("/usr/lib64", "/usr/lib", "/lib")) {
      Path plugin = Path.of(base, "cryptsetup", TOKEN_PLUGIN);
      if (Files.exists(plugin)) {
        return true;
      }
      try (Stream<Path> triplets = Files.list(Path.of(base))) {
        if (triplets.anyMatch(
            triplet -> Files.exists(triplet.resolve("cryptsetup").resolve(TOKEN_PLUGIN)))) {
          return true;
        }
      } catch (IOException noSuchFolder) {
        // another base may have it
      }
    }
    return false;
  }
}
