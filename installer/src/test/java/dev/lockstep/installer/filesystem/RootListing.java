package dev.lockstep.installer.filesystem;

import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Mounts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Everything below a folder, a line each: what two trees are held against each other by. */
public final class RootListing {
  private static final Set<String> OURS =
      Set.of(
          "",
          "boot",
          "efi",
          "lost+found",
          "etc",
          "etc/fstab",
          "etc/crypttab",
          "etc/systemd",
          "etc/systemd/system",
          "etc/systemd/system/multi-user.target.wants",
          "etc/systemd/system/lockstep-grow.service",
          "etc/systemd/system/multi-user.target.wants/lockstep-grow.service");

  private final Map<String, String> lines = new TreeMap<>();
  private final Map<String, String> fstab = new TreeMap<>();

  private RootListing() {}

  public static RootListing of(Path root) throws Exception {
    RootListing listing = new RootListing();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        String name = root.relativize(path).toString();
        listing.lines.put(name, (name + " " + describe(path)).strip());
        if (name.equals("etc/fstab")) {
          listing.fstab.put(name, Files.readString(path));
        }
      }
    }
    return listing;
  }

  /** Mounts an image read-only for as long as it takes. */
  public static RootListing mounted(Path image, String type, Path mountPoint) throws Exception {
    Files.createDirectories(mountPoint);
    try (LoopDevice loop = LoopDevice.attach(image, LoopDevice.Window.WHOLE)) {
      Mounts.mount(
          loop.path(), mountPoint, type, Set.of(Mounts.Flag.READ_ONLY), Mounts.besideItsLike(type));
    }
    try {
      return of(mountPoint);
    } finally {
      Mounts.unmount(mountPoint);
    }
  }

  /** Type and mode, owner, links, time, and what it holds. */
  private static String describe(Path path) throws Exception {
    Map<String, Object> is =
        Files.readAttributes(
            path, "unix:mode,uid,gid,nlink,size,rdev,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
    String common = "%o %s:%s".formatted((int) is.get("mode"), is.get("uid"), is.get("gid"));
    if (Files.isSymbolicLink(path)) {
      return common + " -> " + Files.readSymbolicLink(path);
    }
    String timed = common + " " + is.get("lastModifiedTime");
    if (Files.isDirectory(path)) {
      return timed;
    }
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      return timed + " device " + is.get("rdev");
    }
    return "%s %s links %s %s %s%s"
        .formatted(
            common,
            is.get("nlink"),
            is.get("lastModifiedTime"),
            sha256(path),
            notes(path),
            holes(path));
  }

  private static String holes(Path path) throws Exception {
    if (Files.size(path) < 1 << 20) {
      return "";
    }
    Process stat = new ProcessBuilder("stat", "-c", "%b", path.toString()).start();
    String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    boolean sparse = Long.parseLong(blocks.strip()) * 512 < Files.size(path) / 2;
    return sparse ? " sparse" : "";
  }

  private static String sha256(Path path) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path)));
  }

  private static String notes(Path path) throws IOException {
    StringBuilder notes = new StringBuilder();
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
    for (String name : view.list()) {
      ByteBuffer value = ByteBuffer.allocate(view.size(name));
      view.read(name, value);
      notes.append("user.%s=%s".formatted(name, StandardCharsets.UTF_8.decode(value.flip())));
    }
    return notes.toString();
  }

  /** Without what the installer and the first boot write themselves. */
  public String withoutOurs() {
    StringBuilder text = new StringBuilder();
    lines.forEach(
        (name, line) -> {
          if (!OURS.contains(name) && !name.startsWith("boot/")) {
            text.append(line).append('\n');
          }
        });
    return text.toString();
  }

  public boolean has(String name) {
    return lines.containsKey(name);
  }

  String line(String name) {
    return lines.getOrDefault(name, name + " is missing");
  }

  Set<String> below(String folder) {
    Set<String> names = new java.util.TreeSet<>(lines.keySet());
    names.removeIf(name -> !name.startsWith(folder + "/"));
    return names;
  }

  String content(String name) {
    return fstab.getOrDefault(name, "");
  }
}
