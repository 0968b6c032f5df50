package dev.lockstep.initrd.tpm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a software TPM's sockets live: {@code /run/lockstep-tpm-HASH/PID}, HASH naming the state
 * folder and PID the runner. Short, because a socket's path has at most 107 bytes; named by the
 * state folder, so that what a killed run left is found and removed by the next.
 */
record RuntimeFolder(Path folder, long runnerPid) {
  private static final String PREFIX = "lockstep-tpm-";
  private static final Set<PosixFilePermission> OURS_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /** An empty folder for this process. Call it when no swtpm runs on the state folder. */
  static RuntimeFolder fresh(Path stateFolder) throws IOException {
    Path folder = base().resolve(PREFIX + shortHash(stateFolder));
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OURS_ONLY));
    } catch (FileAlreadyExistsException left) {
      requireOurs(folder);
    }
    RuntimeFolder runtime = new RuntimeFolder(folder, ProcessHandle.current().pid());
    runtime.empty();
    return runtime;
  }

  /** The data socket; clients find the control socket by its suffix. */
  Path data() {
    return folder.resolve(Long.toString(runnerPid));
  }

  Path control() {
    return folder.resolve(runnerPid + ".ctrl");
  }

  Path log() {
    return folder.resolve("log");
  }

  /** What swtpm said when it could not start, at most 300 characters, on one line. */
  String lastWords() {
    try (Stream<String> lines = Files.lines(log(), StandardCharsets.ISO_8859_1)) {
      String words = String.join(" ", lines.limit(20).toList());
      return words.substring(0, Math.min(300, words.length()));
    } catch (IOException | java.io.UncheckedIOException unreadable) {
      return "it left no message.";
    }
  }

  /** Which runner a socket path belongs to; -1 when it is none of ours. */
  static long runnerOf(Path socket) {
    Path parent = socket.getParent();
    Path name = socket.getFileName();
    if (parent == null || parent.getFileName() == null || name == null) {
      return -1;
    }
    boolean ours = parent.getFileName().toString().startsWith(PREFIX);
    return ours && name.toString().matches("[0-9]{1,10}") ? Long.parseLong(name.toString()) : -1;
  }

  void delete() {
    try {
      empty();
      Files.deleteIfExists(folder);
    } catch (IOException left) {
      // Sockets on a tmpfs: the next start on this state folder removes them.
    }
  }

  private void empty() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        Files.deleteIfExists(entry);
      }
    }
  }

  private static void requireOurs(Path folder) throws IOException {
    boolean ours =
        Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
            && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS)
                .equals(Files.getOwner(Path.of("/proc/self")))
            && Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS).equals(OURS_ONLY);
    if (!ours) {
      throw new IOException(folder + " belongs to somebody else; remove it.");
    }
  }

  private static Path base() {
    Path run = Path.of("/run");
    return Files.isWritable(run) ? run : Path.of("/tmp");
  }

  private static String shortHash(Path stateFolder) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(stateFolder.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
