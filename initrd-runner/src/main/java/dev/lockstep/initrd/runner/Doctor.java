package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.LibraryVersion;
import dev.lockstep.initrd.runner.SystemSurroundings.TpmObjection;
import dev.lockstep.initrd.syscall.EffectiveUser;
import dev.lockstep.initrd.tpm.Firmware;
import dev.lockstep.initrd.tpm.Tpm;
import dev.lockstep.initrd.tpm.TpmDevice;
import dev.lockstep.initrd.tpm.TpmFailure;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks at the tools and the TPM, and changes nothing on any disk. */
public final class Doctor {

  /** One thing that was looked at. */
  public record Finding(String what, boolean fine, String detail) {}

  private Doctor() {}

  public static List<Finding> examine(String tpmDevice) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        LibraryVersion.loaded()
            .map(version -> new Finding("libcryptsetup", true, version.toString()))
            .orElse(new Finding("libcryptsetup", false, "missing; install libcryptsetup12")));
    findings.add(tool("systemd-cryptenroll", "systemd"));
    findings.add(tool("systemd-creds", "systemd"));
    findings.add(
        new Finding(
            "root",
            EffectiveUser.isRoot(),
            EffectiveUser.isRoot() ? "yes" : "loop devices and mounts need root"));
    findings.add(
        new Finding(
            "loop devices", Files.exists(Path.of("/dev/loop-control")), "/dev/loop-control"));
    findings.add(tpm(tpmDevice));
    return findings;
  }

  private static Finding tool(String name, String debianPackage) {
    return Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin").split(":", -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(path -> new Finding(name, true, path.toString()))
        .orElse(new Finding(name, false, "missing; install " + debianPackage));
  }

  private static Finding tpm(String tpmDevice) {
    Either<String, TpmDevice> device = TpmDevice.parse(tpmDevice);
    if (device.isLeft()) {
      return new Finding("TPM", false, device.getLeft());
    }
    Either<TpmFailure, Option<Tpm>> opened = device.get().open(Firmware.DEFAULT);
    if (opened.isLeft()) {
      return new Finding("TPM", false, opened.getLeft().message());
    }
    Option<String> objection =
        SystemSurroundings.tpmObjection(opened.get()).map(TpmObjection::sentence);
    opened.get().forEach(Tpm::close);
    return new Finding("TPM", objection.isEmpty(), objection.getOrElse("answers, not locked out"));
  }
}
