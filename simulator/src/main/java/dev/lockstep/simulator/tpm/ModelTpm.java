package dev.lockstep.simulator.tpm;

import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.TpmIdentity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The TPM: it opens what it has sealed, while the firmware measures as it did then.
 *
 * <p><b>The fault contract.</b> A cut takes nothing from the TPM. A refused try is counted before
 * the refusal is told, and the count outlives every cut; at {@link OffDisk#TRIES_ALLOWED} the TPM
 * refuses everything. A blob that is torn is refused without being counted: its integrity check
 * fails before any authorisation is tried (TPM2_Load, TPM_RC_INTEGRITY). Where cuts count, a cut
 * while the TPM opens or seals something costs a try, as a disorderly shutdown does. Tries time out
 * only while a machine that stopped for them is left on.
 *
 * <p>What is measured may begin with the TPM's own name and a colon, where a scenario has several.
 * Another one's key is refused without being counted: it does not load below the present one's
 * storage root (TPM2_Load, TPM_RC_INTEGRITY).
 */
public final class ModelTpm {

  private static final Pattern BLOB =
      Pattern.compile(
          "SEALED " + Marks.PREFIX + "K(.) pcrs=(\\S*) measured=(\\S+) whole=([0-9a-f]{64})\n");

  private final String measured;
  private final Power power;
  private final boolean cutsCount;
  private OffDisk offDisk;

  /**
   * The TPM of one boot.
   *
   * @param measured what the firmware measured on this boot
   * @param cutsCount whether a cut while it works costs a try
   */
  public ModelTpm(String measured, OffDisk offDisk, Power power, boolean cutsCount) {
    this.measured = measured;
    this.cutsCount = cutsCount;
    this.offDisk = offDisk;
    this.power = power;
  }

  public OffDisk offDisk() {
    return offDisk;
  }

  void change(OffDisk changed) {
    offDisk = changed;
  }

  public ModelTpm(String measured, OffDisk offDisk, Power power) {
    this(measured, offDisk, power, false);
  }

  private void work() {
    if (cutsCount) {
      OffDisk before = offDisk;
      offDisk = before.withFailedTry(); // what a cut in here leaves
      power.moment("the TPM's work");
      offDisk = before;
    }
  }

  /** The machine is left on for a while. */
  public void recover() {
    offDisk = offDisk.afterAWhile();
  }

  byte[] seal(int key, List<Integer> pcrs) {
    work();
    String content =
        "SEALED " + Marks.key(key) + " pcrs=" + joined(pcrs) + " measured=" + measured + " whole=";
    String whole = Digest.of(content.getBytes(StandardCharsets.ISO_8859_1)).hex();
    return (content + whole + "\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The number of the key that the blob holds. */
  public int unsealed(byte[] blob) throws KeyRefused {
    String text = new String(blob, StandardCharsets.ISO_8859_1);
    Matcher matcher = BLOB.matcher(text);
    if (!matcher.matches() || !wholeAsFarAs(text, matcher)) {
      throw new KeyRefused("The TPM says that the sealed key is damaged.");
    }
    authorise(matcher.group(3));
    return matcher.group(1).charAt(0) - '0';
  }

  private static boolean wholeAsFarAs(String text, Matcher matcher) {
    byte[] covered = text.substring(0, matcher.start(4)).getBytes(StandardCharsets.ISO_8859_1);
    return Digest.of(covered).hex().equals(matcher.group(4));
  }

  /** Opens what was sealed while {@code then} was measured, or counts a failed try. */
  public void authorise(String then) throws KeyRefused {
    if (offDisk.failedTries() >= OffDisk.TRIES_ALLOWED) {
      throw new KeyRefused("The TPM is locked out.");
    }
    work();
    if (!chip(then).equals(chip(measured))) {
      throw new KeyRefused("The TPM refuses: the key is another one's.");
    }
    if (!then.equals(measured)) {
      power.moment("the TPM's counting of a failed try");
      offDisk = offDisk.withFailedTry();
      throw new KeyRefused("The TPM refuses: the firmware measures something else than then.");
    }
  }

  /** Which TPM it is; told only where it has a name. */
  public TpmIdentity identity() {
    String chip = chip(measured);
    return chip.isEmpty()
        ? TpmIdentity.NOT_TOLD
        : new TpmIdentity(digest("endorsement of " + chip), digest("storage of " + chip));
  }

  private static String digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.ISO_8859_1)).hex();
  }

  private static String chip(String bound) {
    return bound.substring(0, Math.max(0, bound.indexOf(':')));
  }

  public String measured() {
    return measured;
  }

  static String joined(List<Integer> pcrs) {
    return String.join("+", pcrs.stream().map(String::valueOf).toList());
  }
}
