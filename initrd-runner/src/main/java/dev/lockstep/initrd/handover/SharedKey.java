package dev.lockstep.initrd.handover;

import dev.lockstep.initrd.syscall.Secret;
import io.vavr.control.Option;
import java.io.IOException;

/**
 * The recovery key that another volume was given: it is taken from there, and goes nowhere.
 *
 * @param file where it went
 * @param volume that it opens
 * @param opens whether a key is that volume's
 */
record SharedKey(KeyFile file, String volume, RecoveryKeyHandover.Opens opens)
    implements Recipient {

  @Override
  public Option<String> objection() throws IOException {
    Option<Secret> key = recall();
    key.forEach(Secret::close);
    return Option.when(
        key.isEmpty(),
        () ->
            "The recovery key that opens volume %s is to open this one, too, and it is not where it went; connect its medium, or name its file."
                .formatted(volume));
  }

  @Override
  public String take(Secret key) throws IOException {
    try (Secret given =
        recall()
            .getOrElseThrow(
                () ->
                    new IOException("the recovery key of volume " + volume + " is out of reach"))) {
      if (!given.sameAs(key)) {
        throw new IOException("the recovery key of volume " + volume + " was changed meanwhile");
      }
    }
    return "the same as volume " + volume;
  }

  /** None, too, where what is there is another key. */
  @Override
  public Option<Secret> recall() throws IOException {
    Option<Secret> found = file.recall();
    for (Secret key : found) {
      if (!opens.with(key)) {
        key.close();
        return Option.none();
      }
    }
    return found;
  }
}
