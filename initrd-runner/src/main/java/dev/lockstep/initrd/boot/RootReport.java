package dev.lockstep.initrd.boot;

import dev.lockstep.initrd.syscall.Directories;
import dev.lockstep.initrd.syscall.WholeFile;
import dev.lockstep.journal.verify.JournalSource;
import dev.lockstep.journal.verify.Verification;
import dev.lockstep.statemachine.firstboot.Phase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the real root is told of a first boot: a copy of the journal, its records in systemd's log,
 * and a notice for whoever logs in, until somebody acknowledges it.
 *
 * <p>Nothing rests on any of it. A cut while it is made may leave an entry in the log twice, with
 * one sequence number; a cut before it is begun, in the boot that ended the first boot, leaves none
 * of it: no later boot runs the first boot, so none hands its journal over.
 *
 * @param handed the journal, as the initrd has handed it over
 * @param kept where the copy is
 * @param etc where notices are, for agetty(8) and pam_motd(8)
 */
public record RootReport(Path handed, Path kept, Path etc) {

  /** The machine's own. */
  public static final RootReport OF_MACHINE =
      new RootReport(
          Path.of("/run/lockstep/journal"), Path.of("/var/log/lockstep"), Path.of("/etc"));

  private static final String TOLD = "told";
  private static final String ACKNOWLEDGED = "acknowledged";
  private static final int LONGEST_NUMBER = 20;

  static final String NOTICE =
      """

      This machine's disk was encrypted on its first boot (Lockstep). The recovery key was handed over then: it is the only way in
      when the TPM is gone or the firmware changes, so make sure that it is in safe keeping, and not with this machine.
      `lockstep boot acknowledge` takes this notice away; `lockstep journal show /var/log/lockstep` tells what was done.

      """;

  /** Where an entry goes. */
  @FunctionalInterface
  interface Log {
    void tell(String fields) throws IOException;
  }

  /** Makes the report. */
  public void make() throws IOException {
    make(RootReport::toSystemdsLog);
  }

  void make(Log log) throws IOException {
    if (!Files.isDirectory(handed)) {
      return;
    }
    Files.createDirectories(kept);
    keepJournal();
    boolean encrypted = tell(log) instanceof Phase.Complete;
    if (encrypted && !Files.exists(kept.resolve(ACKNOWLEDGED))) {
      notice("issue.d/lockstep.issue");
      notice("motd.d/lockstep");
      Directories.syncfs(etc);
    }
    // Before anybody can log in: whoever pulls the plug then finds it, and no later boot tells it.
    Directories.syncfs(kept);
  }

  /** No notice from now on. */
  public void acknowledge() throws IOException {
    Files.createDirectories(kept);
    WholeFile.write(kept.resolve(ACKNOWLEDGED), new byte[0]);
    Directories.fsync(kept);
    Files.deleteIfExists(etc.resolve("issue.d/lockstep.issue"));
    Files.deleteIfExists(etc.resolve("motd.d/lockstep"));
  }

  /** Generations that were folded into a later one go from the copy, too. */
  private void keepJournal() throws IOException {
    JournalCopy.keep(handed, kept);
    try (DirectoryStream<Path> copies = Files.newDirectoryStream(kept, "gen*.cq4")) {
      for (Path copy : copies) {
        if (!Files.exists(handed.resolve(copy.getFileName()))) {
          Files.delete(copy);
        }
      }
    }
  }

  /** How far the journal says that the first boot is. */
  private Phase tell(Log log) throws IOException {
    SystemLog entries = new SystemLog(told());
    Verification _ = JournalSource.verify(kept, entries);
    for (SystemLog.Entry entry : entries.entries()) {
      log.tell(entry.fields());
      // Behind the entry: a cut between the two tells it twice, and loses none.
      WholeFile.write(
          kept.resolve(TOLD), Long.toString(entry.sequence()).getBytes(StandardCharsets.US_ASCII));
    }
    return entries.phase();
  }

  private long told() throws IOException {
    Path file = kept.resolve(TOLD);
    if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_NUMBER) {
      return -1;
    }
    String number = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    return number.matches("[0-9]{1,18}") ? Long.parseLong(number) : -1;
  }

  private void notice(String name) throws IOException {
    Path file = etc.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, NOTICE);
  }

  private static void toSystemdsLog(String fields) throws IOException {
    Process logger =
        new ProcessBuilder("logger", "--journald")
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (OutputStream in = logger.getOutputStream()) {
      in.write(fields.getBytes(StandardCharsets.UTF_8));
    }
    try {
      if (logger.waitFor() != 0) {
        throw new IOException("logger --journald does not take an entry");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("logger was interrupted", interrupted);
    }
  }
}
