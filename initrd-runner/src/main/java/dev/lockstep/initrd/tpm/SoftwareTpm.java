package dev.lockstep.initrd.tpm;

import io.vavr.control.Either;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * swtpm on a state folder: one folder, one TPM. {@link #start} is a boot: startup, then the
 * firmware's measurements. {@link #close} is an orderly power-off, a SIGKILL a power cut.
 *
 * <p>No proxy stands between swtpm and its clients. Measured with swtpm 0.7.1 and tpm2-tss 3.2.1: a
 * swtpm with its own control and data sockets, without {@code --terminate}, serves any number of
 * clients one after the other and keeps its PCRs (the TCTI even opens a new connection for each
 * command, and never sends CMD_SHUTDOWN). What does break is the room inside: there is no resource
 * manager as in {@code /dev/tpmrm0}, and systemd 252 leaves one session behind at each unsealing,
 * so that the fourth client gets TPM_RC_SESSION_MEMORY (0x903). Hence {@link #makeRoom()}, which
 * flushes what was left behind.
 *
 * <p>swtpm runs in a session of its own (setsid), or a Ctrl-C meant for us would take the TPM away
 * before we reached a safe point. State is swtpm's: it replaces its file by rename, under a lock.
 * Of 100 kills within the first 25 ms of a new TPM, 12 of them before its state file was there, and
 * 20 in the middle of commands, each was followed by a good start.
 */
public final class SoftwareTpm implements Tpm {
  private static final Duration START_LIMIT = Duration.ofSeconds(10);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
  private static final int PC_MAX_TRIES = 32;
  private static final int FIRST_TRANSIENT_OBJECT = 0x80000000;
  private static final int FIRST_LOADED_SESSION = 0x02000000;
  private static final int FIRST_SAVED_SESSION = 0x03000000;

  private final Process process;
  private final RuntimeFolder sockets;
  private final TpmCommands commands = new TpmCommands(this::transmit);

  private SoftwareTpm(Process process, RuntimeFolder sockets) {
    this.process = process;
    this.sockets = sockets;
  }

  /**
   * Boots the TPM of a state folder, making it when it is new. A swtpm that a killed run left on
   * the folder is killed first; one in use by a living run is left alone and reported.
   */
  public static Either<TpmFailure, SoftwareTpm> start(Path stateFolder, Firmware firmware) {
    return Command.locate("setsid")
        .flatMap(setsid -> Command.locate("swtpm").flatMap(s -> boot(stateFolder, firmware)));
  }

  private static Either<TpmFailure, SoftwareTpm> boot(Path stateFolder, Firmware firmware) {
    SoftwareTpm tpm = null;
    try {
      Path state = prepare(stateFolder);
      OrphanSwtpm.end(state);
      RuntimeFolder sockets = RuntimeFolder.fresh(state);
      tpm = new SoftwareTpm(launch(state, sockets), sockets);
      tpm.awaitSockets();
      tpm.startUp();
      tpm.setLockoutLikeAPc();
      for (Map.Entry<Integer, String> event : firmware.events().entrySet()) {
        tpm.commands.measure(event.getKey(), event.getValue().getBytes(StandardCharsets.UTF_8));
      }
      return Either.right(tpm);
    } catch (IOException failed) {
      if (tpm != null) {
        tpm.cutPower();
      }
      String reason =
          "The software TPM on " + stateFolder + " can't be started: " + failed.getMessage();
      return Either.left(new TpmFailure.Failed(reason, ""));
    }
  }

  private static Path prepare(Path stateFolder) throws IOException {
    if (!Files.isDirectory(stateFolder)) {
      Files.createDirectories(stateFolder);
      Files.setPosixFilePermissions(stateFolder, PosixFilePermissions.fromString("rwx------"));
    }
    return stateFolder.toRealPath();
  }

  private static Process launch(Path state, RuntimeFolder sockets) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                "setsid",
                "swtpm",
                "socket",
                "--tpm2",
                "--tpmstate",
                OrphanSwtpm.stateArgument(state),
                "--ctrl",
                "type=unixio,path=" + sockets.control() + ",mode=0600",
                "--server",
                "type=unixio,path=" + sockets.data() + ",mode=0600",
                "--flags",
                "not-need-init",
                "--log",
                "file=" + sockets.log() + ",level=1"));
    builder.directory(Path.of("/").toFile());
    builder.environment().clear();
    builder.environment().putAll(Command.environment());
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
    return builder.start();
  }

  private void awaitSockets() throws IOException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    // The control socket too: a client's first word goes there.
    while (!Files.exists(sockets.control()) || !Files.exists(sockets.data())) {
      if (!process.isAlive()) {
        throw new IOException("swtpm ended at once: " + sockets.lastWords());
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("swtpm opened no socket within " + START_LIMIT.toSeconds() + " s.");
      }
      pause();
    }
  }

  /** A socket has its name before it listens: for that moment a client is refused. */
  private void startUp() throws IOException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try {
        commands.startup();
        return;
      } catch (ConnectException notListeningYet) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw notListeningYet;
        }
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(5);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  @Override
  public String device() {
    return "swtpm:path=" + sockets.data();
  }

  @Override
  public void makeRoom() throws IOException {
    flushAll(FIRST_TRANSIENT_OBJECT);
    flushAll(FIRST_LOADED_SESSION);
    flushAll(FIRST_SAVED_SESSION);
  }

  /**
   * swtpm is made with 3 tries, 1000 s each to heal; a PC's TPM has, once Windows took it, 32 tries
   * and 10 minutes. Set once, and again should a cut have come between making and setting.
   */
  private void setLockoutLikeAPc() throws IOException {
    int maxTries = commands.properties(Lockout.MAX_TRIES, 1).getOrDefault(Lockout.MAX_TRIES, 0);
    if (maxTries != PC_MAX_TRIES) {
      commands.setDictionaryAttackParameters(
          PC_MAX_TRIES, Duration.ofMinutes(10), Duration.ofDays(1));
    }
  }

  private void flushAll(int firstHandle) throws IOException {
    for (int handle : commands.handles(firstHandle)) {
      commands.flush(handle);
    }
  }

  @Override
  public byte[] transmit(byte[] command) throws IOException {
    return SocketExchange.exchange(sockets.data(), command);
  }

  /** The SHA-256 value of a PCR, 32 bytes. */
  byte[] readPcr(int pcr) throws IOException {
    return commands.readPcr(pcr);
  }

  /** The process id of swtpm, for tests that hurt it. */
  long pid() {
    return process.pid();
  }

  /** A power cut: SIGKILL, no TPM2_Shutdown. The state folder stays as it is. */
  void cutPower() {
    process.destroyForcibly();
    awaitEnd();
    sockets.delete();
  }

  @Override
  public void close() {
    try {
      commands.shutdown();
    } catch (IOException alreadyGone) {
      // It died before us: a disorderly shutdown, which the next startup counts as such.
    }
    process.destroy();
    if (!awaitEnd()) {
      process.destroyForcibly();
      awaitEnd();
    }
    sockets.delete();
  }

  private boolean awaitEnd() {
    try {
      return process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
