package dev.lockstep.installer.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.Random;

/**
 * A small tree that looks like an operating system, with one of everything a filesystem can hold.
 */
public final class SyntheticTree {
  public static final String VERSION = "6.1.0-42-amd64";
  public static final String MACHINE_ID = "0123456789abcdef0123456789abcdef";
  public static final Instant MODIFIED = Instant.parse("2025-03-04T05:06:07Z");

  private SyntheticTree() {}

  public static Path create(Path root) throws IOException {
    write(
        root,
        "usr/lib/os-release",
        "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\n");
    Files.createDirectories(root.resolve("etc"));
    Files.createSymbolicLink(root.resolve("etc/os-release"), Path.of("../usr/lib/os-release"));
    write(root, "etc/machine-id", MACHINE_ID + "\n");
    write(root, "etc/fstab", "# from the source\nUUID=swap none swap sw 0 0\n");
    random(root, "boot/vmlinuz-" + VERSION, 5_000_000);
    random(root, "boot/initrd.img-" + VERSION, 9_000_001);
    random(root, "boot/vmlinuz-6.1.0-9-amd64", 1000);
    random(root, "boot/initrd.img-6.1.0-9-amd64", 1000);
    write(root, "boot/grub/a file with blanks", "x");
    attribute(root.resolve("boot/vmlinuz-" + VERSION), "a".repeat(500));
    random(root, "usr/bin/program", 3_000_000);
    Files.setPosixFilePermissions(
        root.resolve("usr/bin/program"), PosixFilePermissions.fromString("rwxr-x--x"));
    Files.setAttribute(root.resolve("usr/bin/program"), "unix:mode", 0104755);
    attribute(root.resolve("usr/bin/program"), "value");
    Files.createLink(root.resolve("usr/bin/same-program"), root.resolve("usr/bin/program"));
    Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
    write(root, "home/Zoë \"quoted\"/file", "hostile names are only names");
    for (int file = 0; file < 300; file++) {
      write(root, "usr/share/doc/file-" + file, "text ".repeat(file));
    }
    Files.setLastModifiedTime(root.resolve("usr/bin/program"), FileTime.from(MODIFIED));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-x--x"));
    return root;
  }

  public static void write(Path root, String path, String text) throws IOException {
    Files.createDirectories(root.resolve(path).getParent());
    Files.writeString(root.resolve(path), text);
  }

  private static void random(Path root, String path, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new Random(path.hashCode()).nextBytes(content);
    Files.createDirectories(root.resolve(path).getParent());
    Files.write(root.resolve(path), content);
  }

  private static void attribute(Path path, String value) throws IOException {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
    view.write("note", ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
  }
}
