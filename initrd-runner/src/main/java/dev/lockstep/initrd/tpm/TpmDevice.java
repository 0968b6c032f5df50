package dev.lockstep.initrd.tpm;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Predicate;

/** Which TPM to use: the command line's {@code --tpm2-device auto|none|DEV|swtpm:DIR}. */
public sealed interface TpmDevice {
  /** A software TPM of our own on a state folder. */
  record Software(Path stateFolder) implements TpmDevice {}

  /** A character device, best {@code /dev/tpmrm0}. */
  record Device(Path path) implements TpmDevice {}

  /** No TPM. */
  record Absent() implements TpmDevice {}

  /** Reads the option's value; the left side is one sentence for the user. */
  static Either<String, TpmDevice> parse(String text) {
    return parse(text, Files::exists);
  }

  /** As {@link #parse(String)}, asking {@code exists} about devices. */
  static Either<String, TpmDevice> parse(String text, Predicate<Path> exists) {
    if (text.equals("none")) {
      return Either.right(new Absent());
    }
    if (text.equals("auto")) {
      Path device = Path.of("/dev/tpmrm0");
      return Either.right(exists.test(device) ? new Device(device) : new Absent());
    }
    try {
      if (text.startsWith("swtpm:") && text.length() > "swtpm:".length()) {
        Path folder = Path.of(text.substring("swtpm:".length())).toAbsolutePath().normalize();
        return folder.toString().indexOf(',') < 0
            ? Either.right(new Software(folder))
            : Either.left(
                "--tpm2-device "
                    + text
                    + ": swtpm can't take a folder with a comma in its name; choose another.");
      }
      if (text.startsWith("/")) {
        return exists.test(Path.of(text))
            ? Either.right(new Device(Path.of(text)))
            : Either.left("--tpm2-device " + text + ": there is no such device; try auto.");
      }
    } catch (InvalidPathException invalid) {
      return Either.left("--tpm2-device has a character that no path can have; try auto.");
    }
    return Either.left(
        "--tpm2-device '" + text + "' is none of: auto, none, /dev/NAME, swtpm:FOLDER.");
  }

  /** Starts or opens it; {@code firmware} is what a software TPM measures. None when absent. */
  default Either<TpmFailure, Option<Tpm>> open(Firmware firmware) {
    return switch (this) {
      case Software(Path folder) -> SoftwareTpm.start(folder, firmware).map(Option::some);
      case Device(Path path) -> Either.right(Option.some(new HardwareTpm(path)));
      case Absent() -> Either.right(Option.none());
    };
  }
}
