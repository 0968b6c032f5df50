package dev.lockstep.initrd.cli;

import dev.lockstep.initrd.runner.Doctor;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What would stop a first boot. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Tells what would stop a first boot here: tools, versions, TPM.")
final class DoctorCommand implements Callable<Integer> {

  @Option(
      names = "--tpm2-device",
      defaultValue = "auto",
      paramLabel = "auto|none|DEV|swtpm:DIR",
      description = "The TPM to look at. Default: auto.")
  private String tpm;

  @Override
  public Integer call() throws IOException {
    List<Doctor.Finding> findings = Doctor.examine(tpm);
    for (Doctor.Finding finding : findings) {
      System.out.printf(
          "%s  %-22s %s%n", finding.fine() ? "ok " : "BAD", finding.what(), finding.detail());
    }
    return findings.stream().allMatch(Doctor.Finding::fine) ? 0 : 13;
  }
}
