package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Set;

/** mount(2) and umount2(2), without a helper program that an initrd may lack. */
public final class Mounts {
  /** Mount flags (linux/mount.h). */
  public enum Flag {
    READ_ONLY(1),
    NO_SET_USER_ID(2),
    NO_DEVICES(4),
    NO_EXECUTE(8),
    REMOUNT(32),
    BIND(4096);

    private final long bit;

    Flag(long bit) {
      this.bit = bit;
    }
  }

  private static final int MNT_DETACH = 2;

  // linux/sched.h, linux/mount.h
  private static final int CLONE_NEWNS = 0x20000;
  private static final long MS_REC = 16384;
  private static final long MS_PRIVATE = 1 << 18;

  private Mounts() {}

  /**
   * Gives the calling thread, and every process it starts, a mount namespace of its own. What it
   * mounts is nobody else's to copy or to keep, and is gone when thread and processes are, however
   * they end.
   */
  public static void enterNamespaceOfOwn() throws IOException {
    Libc.check("unshare", "", capture -> Libc.UNSHARE.callCapturing(capture, CLONE_NEWNS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment none = arena.allocateFrom("none");
      MemorySegment root = arena.allocateFrom("/");
      Libc.check(
          "mount",
          "/ as private",
          capture ->
              Libc.MOUNT.callCapturing(
                  capture,
                  none,
                  root,
                  MemorySegment.NULL,
                  MS_REC | MS_PRIVATE,
                  MemorySegment.NULL));
    }
  }

  /**
   * The options with which a filesystem of this type is mounted though another of the same UUID may
   * be: an image's copy, or the image's own under another loop device. XFS alone asks for a word;
   * btrfs always refuses.
   */
  public static String besideItsLike(String type) {
    return type.equals("xfs") ? "nouuid" : "";
  }

  /**
   * The options with which a filesystem of this type is mounted read-only and not written to even
   * if it was not unmounted cleanly: its log is not replayed, so its last files may be missing.
   */
  public static String asItLies(String type) {
    return switch (type) {
      case "ext4" -> "noload";
      case "xfs" -> "norecovery,nouuid";
      case "btrfs" -> "rescue=nologreplay"; // Linux 5.9
      default -> "";
    };
  }

  /**
   * Mounts {@code source} on {@code target}.
   *
   * @param type the file system's name, such as "ext4"
   * @param options the file system's own options, comma separated, or empty
   */
  public static void mount(Path source, Path target, String type, Set<Flag> flags, String options)
      throws IOException {
    long bits = flags.stream().mapToLong(flag -> flag.bit).reduce(0, (a, b) -> a | b);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sourceText = arena.allocateFrom(source.toString());
      MemorySegment targetText = arena.allocateFrom(target.toString());
      MemorySegment typeText = arena.allocateFrom(type);
      MemorySegment data = options.isEmpty() ? MemorySegment.NULL : arena.allocateFrom(options);
      Libc.check(
          "mount",
          source + " on " + target + " as " + type,
          capture ->
              Libc.MOUNT.callCapturing(capture, sourceText, targetText, typeText, bits, data));
    }
  }

  /** Unmounts; fails with EBUSY while it is used. */
  public static void unmount(Path target) throws IOException {
    unmount(target, 0);
  }

  /** Takes it out of the tree now and unmounts when the last user is gone. */
  public static void unmountLazily(Path target) throws IOException {
    unmount(target, MNT_DETACH);
  }

  private static void unmount(Path target, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment targetText = arena.allocateFrom(target.toString());
      Libc.check(
          "umount2",
          target.toString(),
          capture -> Libc.UMOUNT2.callCapturing(capture, targetText, flags));
    }
  }
}
