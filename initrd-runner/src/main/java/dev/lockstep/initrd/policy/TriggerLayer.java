package dev.lockstep.initrd.policy;

import dev.lockstep.statemachine.boot.Trigger;
import io.vavr.control.Option;
import java.nio.file.Path;

/** What the kernel argument in the boot entry says of the policy, where no other source does. */
final class TriggerLayer {

  /** A credential of systemd's, with the PIN that the option {@code pin} has the TPM ask for. */
  private static final String PIN_CREDENTIAL = "lockstep.tpm2-pin";

  /** Where the machine's own credentials are, for who was passed none (systemd.exec(5)). */
  private static final Path SYSTEM_CREDENTIALS = Path.of("/run/credentials/@system");

  private TriggerLayer() {}

  /** The other sources' settings, and under them the argument's; its PCRs the machine reads. */
  static PolicyLayer under(PolicyLayer upper, Trigger trigger, Option<Path> credentialsDirectory) {
    PolicyLayer said = PolicyLayer.EMPTY;
    if (upper.flag(Setting.TPM2_ENROL).getOrElse(true)) {
      said = with(said, Setting.TPM2_WHEN_ABSENT, wish(trigger, "absent"));
      said = with(said, Setting.TPM2_WHEN_LOCKED_OUT, wish(trigger, "locked-out"));
      boolean pinIsSaid =
          upper.place(Setting.TPM2_PIN_FILE).isDefined()
              || upper.place(Setting.TPM2_PIN_CREDENTIAL).isDefined();
      Option<String> pin = wish(trigger, "pin").filter(_ -> !pinIsSaid);
      // By its path: it is missed where a slot is made of it, and where that was done it is not.
      Path place = credentialsDirectory.getOrElse(SYSTEM_CREDENTIALS).resolve(PIN_CREDENTIAL);
      said = with(said, Setting.TPM2_PIN_FILE, pin.map(_ -> place.toString()));
    }
    boolean fileIsSaid =
        upper.place(Setting.RECOVERY_KEY_FILE).isDefined()
            || upper.flag(Setting.RECOVERY_KEY_ANY_MEDIUM).getOrElse(false);
    Option<String> show =
        wish(trigger, "recovery").filter(where -> !(fileIsSaid && where.equals("console")));
    said = with(said, Setting.RECOVERY_KEY_SHOW, show);
    if (wish(trigger, "qr").isDefined() && show.exists(where -> !where.equals("file"))) {
      said = said.with(Setting.RECOVERY_KEY_QR, new Value.Flag(true), source("qr"));
    }
    said = with(said, Setting.WINDOW_REST, wish(trigger, "rest"));
    return upper.over(said);
  }

  private static Option<String> wish(Trigger trigger, String name) {
    return Option.of(trigger.wishes().get(name));
  }

  private static PolicyLayer with(PolicyLayer layer, Setting setting, Option<String> text) {
    return text.map(wish -> layer.with(setting, new Value.Text(wish), source(setting.key())))
        .getOrElse(layer);
  }

  private static String source(String option) {
    return "kernel argument " + Trigger.KEY + " (" + option + ")";
  }
}
