package dev.lockstep.initrd.handover;

import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.syscall.TerminalDevice;
import dev.lockstep.statemachine.port.BootPartition;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** How the recovery key leaves our hands: to every place the policy names, or it did not at all. */
public final class RecoveryKeyHandover {

  /** To nobody. */
  public static final RecoveryKeyHandover NONE = new RecoveryKeyHandover(List.of(), Option.none());

  private final List<Recipient> recipients;
  private final Option<OwnKeys> ownKeys;

  /**
   * @param ownKeys where a new key is noted; none where the key is another volume's
   */
  private RecoveryKeyHandover(List<Recipient> recipients, Option<OwnKeys> ownKeys) {
    this.recipients = List.copyOf(recipients);
    this.ownKeys = ownKeys;
  }

  /**
   * What handing over depends on.
   *
   * @param disk what is encrypted, a device or an image file
   * @param partition the PARTUUID, which names the key's file on a medium that was not named
   * @param ownKeys which keys were made for this disk: a file that holds another is never replaced
   * @param boot where an encrypted copy goes
   * @param media where removable media are looked for
   */
  public record Surroundings(
      Path disk, UUID partition, OwnKeys ownKeys, BootPartition boot, RemovableMedia media) {}

  /** Asks a volume whether a key is its. */
  @FunctionalInterface
  public interface Opens {
    boolean with(Secret key) throws IOException;
  }

  /** As the plan says; the console comes last, so that no key is shown that failed elsewhere. */
  public static RecoveryKeyHandover of(HandoverPlan plan, Surroundings around) {
    List<Recipient> recipients = new ArrayList<>();
    for (Path certificate : plan.escrowCertificate()) {
      recipients.add(new Escrow(certificate, around.boot()));
    }
    recipients.addAll(files(plan, around));
    if (plan.console()) {
      recipients.add(new KeyOnConsole(TerminalDevice.USUAL, plan.qrCode()));
    }
    return new RecoveryKeyHandover(recipients, Option.some(around.ownKeys()));
  }

  /**
   * The key that another volume was given, to open this one, too.
   *
   * @param volume the other's name
   * @param opens whether a key is that volume's
   */
  public static RecoveryKeyHandover given(
      HandoverPlan plan, Surroundings around, String volume, Opens opens) {
    List<Recipient> places = new ArrayList<>();
    for (KeyFile file : files(plan, around)) {
      places.add(new SharedKey(file, volume, opens));
    }
    return new RecoveryKeyHandover(places, Option.none());
  }

  private static List<KeyFile> files(HandoverPlan plan, Surroundings around) {
    List<KeyFile> files = new ArrayList<>();
    for (Path file : plan.file()) {
      files.add(
          new KeyFile(() -> Option.some(file.toAbsolutePath()), around.disk(), around.ownKeys()));
    }
    if (plan.anyMedium()) {
      String name = "lockstep-recovery-key-" + around.partition() + ".txt";
      files.add(
          new KeyFile(() -> around.media().fileOfName(name), around.disk(), around.ownKeys()));
    }
    return files;
  }

  /** Whether the key is not made anew, but is another volume's, and recalled. */
  public boolean isGiven() {
    return ownKeys.isEmpty() && isPlanned();
  }

  /** Whether there is anywhere to hand it to. */
  public boolean isPlanned() {
    return !recipients.isEmpty();
  }

  /** Why the key can't go where it should, in one sentence, before anything is written. */
  public Option<String> objection() throws IOException {
    if (recipients.isEmpty()) {
      return Option.some(
          "Name a file for the recovery key with --recovery-key-out; without it nobody could open"
              + " the disk when the TPM is lost.");
    }
    for (Recipient recipient : recipients) {
      Option<String> objection = recipient.objection();
      if (objection.isDefined()) {
        return objection;
      }
    }
    return Option.none();
  }

  /**
   * Hands the key to all. A cut in here, or a recipient that fails, leaves a key that opens
   * nothing: the next run makes another, and hands that over.
   *
   * @return where it went, in words
   */
  public String handOver(Secret key) throws IOException {
    if (recipients.isEmpty()) {
      throw new IOException("there is nowhere to hand the recovery key to");
    }
    for (OwnKeys known : ownKeys) {
      known.add(key);
    }
    List<String> where = new ArrayList<>();
    for (Recipient recipient : recipients) {
      where.add(recipient.take(key));
    }
    return String.join(", ", where);
  }

  /** The key that was handed over, where some medium still gives it; the caller closes it. */
  public Option<Secret> recall() throws IOException {
    for (Recipient recipient : recipients) {
      Option<Secret> key = recipient.recall();
      if (key.isDefined()) {
        return key;
      }
    }
    return Option.none();
  }
}
