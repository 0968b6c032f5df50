package dev.lockstep.initrd.policy;

import io.vavr.control.Option;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What the policy says of the boot around the run, which the run itself has no use for. */
public final class BootWishes {

  private static final CommandLineLayer NO_OPTIONS =
      new CommandLineLayer(Option.none(), Option.none(), Option.none(), Option.none());

  private static final int STANDARD_SKIP_KEY_SECONDS = 10;

  private BootWishes() {}

  /**
   * For so long the key ESC puts the encryption off to the next boot; zero: it never does.
   *
   * @param file of the policy, which need not be there; a faulty one is told by the run
   */
  public static Duration skipKeyWithin(Path file) {
    return PolicySources.read(
            NO_OPTIONS,
            Option.some(file).filter(Files::exists),
            Option.of(System.getenv("CREDENTIALS_DIRECTORY")).map(Path::of))
        .toOption()
        .map(
            said -> said.count(Setting.BOOTS_SKIP_KEY_SECONDS).getOrElse(STANDARD_SKIP_KEY_SECONDS))
        .map(Duration::ofSeconds)
        .getOrElse(Duration.ZERO);
  }
}
