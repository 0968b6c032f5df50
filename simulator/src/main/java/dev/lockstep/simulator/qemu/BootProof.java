package dev.lockstep.simulator.qemu;

import dev.lockstep.simulator.demo.DemoFailed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tier 3: a real Debian is installed, booted by a real firmware, and encrypts itself in its initrd
 * while its power is cut; then it is up, is up once more by itself, asks a person where another TPM
 * is in it, and from outside every file is as it was.
 */
public final class BootProof {

  /**
   * What to prove.
   *
   * @param folder what is made goes here; it is emptied
   * @param cache where the Debian root is kept
   * @param launcher Lockstep's, which installs
   * @param systemTree what is put into the root
   * @param initrd what makes the initrd
   */
  public record Request(
      int cuts,
      long seed,
      Path folder,
      Path cache,
      Path launcher,
      Path systemTree,
      InitrdMaker initrd,
      Optional<String> mirror) {

    /** A Debian with Lockstep in it, to be installed. */
    Path debian(Path folder, Consumer<String> progress) throws IOException, DemoFailed {
      Path source = folder.resolve("source");
      new DebianRoot(cache, initrd).make(source, systemTree, mirror, progress);
      return source;
    }
  }

  private final Request request;
  private final Consumer<String> progress;

  /** Tells its progress line by line. */
  public BootProof(Request request, Consumer<String> progress) {
    this.request = request;
    this.progress = progress;
  }

  /**
   * Proves it.
   *
   * @throws DemoFailed with exit code 30 where something is lost, stuck, or not as it should be
   */
  public BootReport run() throws IOException, DemoFailed {
    Path folder = ProofFolder.emptied(request.folder());
    Path source = request.debian(folder, progress);
    long begun = System.nanoTime();
    progress.accept("installing it to a disk");
    Machine.Parts parts = Installation.make(folder, source, request.launcher());
    Boots boots = new Boots(parts, Files.createDirectories(folder.resolve("console")));
    List<String> checks = new ArrayList<>();
    inTheClear(boots, folder, checks);
    boolean reported = encrypt(boots, checks);
    again(boots, folder, checks);
    progress.accept("looking at the disk from outside");
    checks.addAll(
        new FinishedMachine(parts, source, Files.createDirectories(folder.resolve("work")))
            .check(reported));
    return new BootReport(
        request.cuts(),
        request.seed(),
        boots.told(),
        checks,
        (System.nanoTime() - begun) / 1_000_000);
  }

  /** A refusal, which many an operator meets first: the system is there all the same. */
  private void inTheClear(Boots boots, Path folder, List<String> checks)
      throws IOException, DemoFailed {
    Path unformatted = folder.resolve("unformatted.img");
    try (RandomAccessFile stick = new RandomAccessFile(unformatted.toFile(), "rw")) {
      stick.setLength(Installation.STICK_BYTES);
    }
    tell(boots, boots.upWith(unformatted));
    requireThat(
        boots.last().progress() == 0 && boots.last().says(Boots.IN_THE_CLEAR),
        "With no place for the recovery key the boot does not go on in the clear.");
    checks.add("With no place for the recovery key nothing is done, and the system is up");
  }

  /** Whether the boot that ended the first boot came up, and so could tell of it. */
  private boolean encrypt(Boots boots, List<String> checks) throws IOException, DemoFailed {
    for (Boots.Cut cut : Boots.plan(request.cuts(), request.seed())) {
      tell(boots, boots.cut(cut));
    }
    tell(boots, boots.up());
    requireThat(boots.last().says("(dm-"), "The system is up, but not on the encrypted root.");
    checks.add("The machine went on by itself after each cut, and its system is up");
    return boots.last().says(Boots.ENCRYPTED);
  }

  private void again(Boots boots, Path folder, List<String> checks) throws IOException, DemoFailed {
    tell(boots, boots.up());
    requireThat(
        boots.last().progress() == 0 && boots.last().says("(dm-"),
        "The next boot is not one that just opens the volume.");
    checks.add("The next boot opens the volume by the TPM, with nobody there");
    Path other = Files.createDirectories(folder.resolve("other-tpm"));
    tell(boots, boots.asking(other));
    requireThat(!boots.isUp(), "Another TPM opens the volume.");
    checks.add("With another TPM in it, the machine asks a person for a key");
  }

  private void tell(Boots boots, Boots.Boot boot) {
    progress.accept(
        "boot %d, %d s: %s".formatted(boots.told().size(), boot.millis() / 1000, boot.end()));
  }

  private static void requireThat(boolean holds, String otherwise) throws DemoFailed {
    if (!holds) {
      throw new DemoFailed(30, otherwise);
    }
  }
}
