package dev.lockstep.initrd.boot;

import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A TPM that the firmware announces and whose driver is not ready yet. Taken for none, it would
 * have the policy's word on machines without one carried out on a machine that has one: a boot in
 * the clear, or a disk that only its recovery key opens.
 *
 * @param announced the firmware's table (ACPI, TCG ACPI Specification, section 7)
 * @param device as the kernel shows it
 */
record LateTpm(Path announced, Path device, Duration patience) {

  static final LateTpm OF_MACHINE =
      new LateTpm(
          Path.of("/sys/firmware/acpi/tables/TPM2"),
          Path.of("/dev/tpmrm0"),
          Duration.ofSeconds(20));

  /**
   * Returns when it is there, or is not to be waited for.
   *
   * @return false where the firmware announces one that has not come
   */
  boolean await() throws IOException {
    return !Files.exists(announced)
        || Polling.until(patience, () -> Option.when(Files.exists(device), device)).isDefined();
  }
}
