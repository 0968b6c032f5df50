package dev.lockstep.initrd.policy;

import dev.lockstep.statemachine.boot.Trigger;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a policy comes from, setting by setting the first that says something: the command line,
 * the file that it names, systemd's credential {@code lockstep.policy}, the kernel argument in the
 * boot entry (of which the machine reads the PCRs itself), and what is standard.
 */
public final class PolicySources {

  public static final String CREDENTIAL = "lockstep.policy";

  private PolicySources() {}

  /**
   * All but the kernel argument.
   *
   * @param file as --policy names it
   * @param credentialsDirectory systemd's $CREDENTIALS_DIRECTORY
   */
  public static Either<PolicyFault, PolicyLayer> read(
      CommandLineLayer commandLine, Option<Path> file, Option<Path> credentialsDirectory) {
    Option<Path> credential =
        credentialsDirectory.map(folder -> folder.resolve(CREDENTIAL)).filter(Files::exists);
    return layer(file)
        .flatMap(
            named ->
                layer(credential).map(granted -> commandLine.layer().over(named).over(granted)));
  }

  /** Those, and under them what the kernel argument says. */
  public static PolicyLayer withTrigger(
      PolicyLayer upper, Option<Trigger> trigger, Option<Path> credentialsDirectory) {
    return trigger
        .map(found -> TriggerLayer.under(upper, found, credentialsDirectory))
        .getOrElse(upper);
  }

  private static Either<PolicyFault, PolicyLayer> layer(Option<Path> file) {
    return file.map(PolicyFile::read).getOrElse(() -> Either.right(PolicyLayer.EMPTY));
  }
}
