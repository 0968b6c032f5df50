package dev.lockstep.simulator.qemu;

import java.util.Optional;
import java.util.stream.Stream;

/** What makes the initrd of a Debian: the package that does, and how an operator calls it. */
public enum InitrdMaker {
  DRACUT(
      "dracut",
      "debian-bookworm",
      """
      mkdir -p "$root/etc/dracut.conf.d"
      echo 'compress="zstd"' > "$root/etc/dracut.conf.d/compress.conf"
      chroot "$root" dracut --force --no-hostonly --kver "$kernel" "/boot/initrd.img-$kernel"
      """),
  /** Debian's own choice. No busybox is installed with it, so the initrd has the least there is. */
  INITRAMFS_TOOLS(
      "initramfs-tools",
      "debian-bookworm-initramfs-tools",
      """
      chroot "$root" update-initramfs -c -k "$kernel"
      """);

  private final String debianPackage;
  private final String cacheName;
  private final String script;

  InitrdMaker(String debianPackage, String cacheName, String script) {
    this.debianPackage = debianPackage;
    this.cacheName = cacheName;
    this.script = script;
  }

  /** By the name of its package. */
  public static Optional<InitrdMaker> named(String name) {
    return Stream.of(values()).filter(maker -> maker.debianPackage.equals(name)).findFirst();
  }

  String debianPackage() {
    return debianPackage;
  }

  /** What a root with it is called in the cache. */
  String cacheName() {
    return cacheName;
  }

  /** Makes the initrd of {@code $kernel} in {@code $root}. */
  String script() {
    return script;
  }
}
