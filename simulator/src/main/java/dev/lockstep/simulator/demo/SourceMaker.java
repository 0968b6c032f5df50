package dev.lockstep.simulator.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A small operating system tree with one of everything a filesystem can hold: the same for the same
 * seed and size, apart from what is copied from the host.
 */
public final class SourceMaker {

  /** Stands in every text file, and after the encryption nowhere on the disk. */
  static final String MARKER = "PLAINTEXT-MARKER";

  private static final int MIB = 1 << 20;
  private static final int TEXTS = 400;
  private static final int BINARIES = 24;
  private static final Instant EPOCH = Instant.parse("2025-01-02T03:04:05Z");
  private static final String STAND_IN = "0.0.0-stand-in";
  private static final int STAND_IN_BYTES = MIB;

  private final Path root;
  private final Random random;
  private long madeBytes;
  private int inode;

  private SourceMaker(Path root, long seed) {
    this.root = root;
    this.random = new Random(seed);
  }

  /**
   * What was made.
   *
   * @param bytes of content
   * @param kernel where kernel and initrd come from, in words
   */
  public record Made(long bytes, String kernel) {}

  /**
   * Makes the tree.
   *
   * @param root does not exist yet
   * @param bytes how much content there shall be, about
   */
  public static Made make(Path root, long seed, long bytes) throws IOException {
    SourceMaker maker = new SourceMaker(root, seed);
    Files.createDirectories(root);
    String kernel = maker.kernel(bytes / 3);
    maker.texts();
    maker.peculiar();
    maker.copyFromHost();
    maker.binaries(Math.max(MIB, bytes - maker.madeBytes));
    maker.settleTimes();
    return new Made(maker.madeBytes, kernel);
  }

  /** The host's own where it has one that fits. */
  private String kernel(long limitBytes) throws IOException {
    Path boot = Path.of("/boot");
    if (Files.isDirectory(boot)) {
      try (Stream<Path> kernels = Files.list(boot)) {
        for (Path image : kernels.sorted().toList()) {
          String name = image.getFileName().toString();
          String version = name.startsWith("vmlinuz-") ? name.substring("vmlinuz-".length()) : "";
          Path initrd = boot.resolve("initrd.img-" + version);
          if (!version.isEmpty()
              && Files.isReadable(image)
              && Files.isRegularFile(initrd)
              && Files.size(image) + Files.size(initrd) <= limitBytes) {
            copy(image, "boot/" + name);
            copy(initrd, "boot/initrd.img-" + version);
            return "the host's own, " + version;
          }
        }
      }
    }
    byte[] label =
        "This is a stand-in for a kernel or an initrd: it does not boot.\n"
            .getBytes(StandardCharsets.UTF_8);
    for (String name : List.of("vmlinuz-", "initrd.img-")) {
      byte[] content = randomBytes(STAND_IN_BYTES);
      System.arraycopy(label, 0, content, 0, label.length);
      write("boot/" + name + STAND_IN, content);
    }
    return "stand-ins that do not boot (the host has none that fit)";
  }

  private void texts() throws IOException {
    text(
        "usr/lib/os-release",
        "ID=lockstep-demo\nPRETTY_NAME=\"Lockstep demo system\"\nVERSION_ID=\"1\"\n");
    text("etc/hostname", "demo\n");
    text("etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
    text("etc/fstab", "# nothing but the root\n");
    text("home/ada/known.txt", (MARKER + " in a file of its own\n").repeat(200));
    for (int number = 0; number < TEXTS; number++) {
      String line = "%s note %d, line of text\n".formatted(MARKER, number);
      text("home/ada/notes/note-%03d.txt".formatted(number), line.repeat(1 + random.nextInt(200)));
    }
    Files.createSymbolicLink(root.resolve("etc/os-release"), Path.of("../usr/lib/os-release"));
  }

  private void peculiar() throws IOException {
    write("usr/bin/setuid-tool", randomBytes(70_001));
    mode("usr/bin/setuid-tool", 04755);
    Files.createLink(root.resolve("usr/bin/same-tool"), root.resolve("usr/bin/setuid-tool"));
    write("etc/secret.conf", randomBytes(333));
    mode("etc/secret.conf", 0640);
    Files.setAttribute(root.resolve("etc/secret.conf"), "unix:gid", 42);
    Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
    Files.createSymbolicLink(
        root.resolve("home/ada/far"), Path.of("/var/lib/" + "a-long-way/".repeat(12) + "end"));
    for (String empty : List.of("proc", "sys", "dev", "run", "mnt", "var/empty", "tmp")) {
      Files.createDirectories(root.resolve(empty));
    }
    mode("tmp", 01777);
    write("var/lib/zeros", new byte[2 * MIB]);
    write("var/lib/empty-file", new byte[0]);
    write("home/ada/Grüße & <b>\"names\"</b>", randomBytes(1));
    UserDefinedFileAttributeView attributes =
        Files.getFileAttributeView(
            root.resolve("home/ada/known.txt"), UserDefinedFileAttributeView.class);
    try {
      attributes.write("note", ByteBuffer.wrap("kept".getBytes(StandardCharsets.UTF_8)));
    } catch (IOException notOnThisFilesystem) {
      // then there is one attribute less to compare
    }
    own(root.resolve("home/ada"), 1000);
  }

  private void copyFromHost() throws IOException {
    Path licenses = Path.of("/usr/share/common-licenses");
    if (Files.isDirectory(licenses)) {
      try (Stream<Path> files = Files.list(licenses)) {
        for (Path file : files.sorted().toList()) {
          if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            copy(file, "usr/share/common-licenses/" + file.getFileName());
          }
        }
      }
    }
    Path busybox = Path.of("/bin/busybox");
    if (Files.isRegularFile(busybox)) {
      copy(busybox, "usr/bin/busybox");
      mode("usr/bin/busybox", 0755);
    }
  }

  private void binaries(long bytes) throws IOException {
    long left = bytes;
    for (int number = 0; number < BINARIES; number++) {
      long share = left / (BINARIES - number);
      String path = "usr/lib/demo/library-%02d.so".formatted(number);
      Path file = prepared(path);
      try (OutputStream out = Files.newOutputStream(file)) {
        for (long written = 0; written < share; written += MIB) {
          out.write(randomBytes((int) Math.min(MIB, share - written)));
        }
      }
      madeBytes += share;
      left -= share;
    }
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private void text(String path, String content) throws IOException {
    write(path, content.getBytes(StandardCharsets.UTF_8));
  }

  private void write(String path, byte[] content) throws IOException {
    Files.write(prepared(path), content);
    madeBytes += content.length;
  }

  private void copy(Path from, String path) throws IOException {
    Files.copy(from, prepared(path));
    madeBytes += Files.size(from);
  }

  private Path prepared(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return file;
  }

  private void mode(String path, int mode) throws IOException {
    Files.setAttribute(root.resolve(path), "unix:mode", mode | 0);
  }

  private static void own(Path folder, int id) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.toList()) {
        Files.setAttribute(each, "unix:uid", id, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(each, "unix:gid", id, LinkOption.NOFOLLOW_LINKS);
      }
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
  }

  /** Whole seconds, one each; a folder after what is in it. */
  private void settleTimes() throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!attributes.isSymbolicLink()) {
              settle(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            settle(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void settle(Path path) throws IOException {
    inode++;
    Files.setLastModifiedTime(path, FileTime.from(EPOCH.plusSeconds(inode)));
  }
}
