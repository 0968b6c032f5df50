package dev.lockstep.simulator.qemu;

import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.HostTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A small real Debian, and Lockstep's system tree in it. What debootstrap made is kept from one run
 * to the next; what is of Lockstep is put in anew each time, as an operator would.
 *
 * @param cache where it is kept
 * @param maker what its initrd is made by
 */
record DebianRoot(Path cache, InitrdMaker maker) {

  private static final String PACKAGES =
      "systemd,systemd-sysv,udev,kmod,zstd,cryptsetup-bin,e2fsprogs,dosfstools,dbus,util-linux,"
          + "libtss2-esys-3.0.2-0,libtss2-rc0,libtss2-mu0,libtss2-tcti-device0";

  /** The maker in a second step, named beside the kernel, which takes initramfs-tools otherwise. */
  private static final String SECOND_STEP =
      """
      set -eu
      root=$1
      maker=$2
      mount -t proc proc "$root/proc"
      mount -t sysfs sys "$root/sys"
      mount --bind /dev "$root/dev"
      cp /etc/resolv.conf /etc/hosts "$root/etc/"
      export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
      chroot "$root" apt-get -q update
      chroot "$root" apt-get -q -y --no-install-recommends install "$maker" linux-image-cloud-amd64
      chroot "$root" apt-get clean
      rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/log/* "$root/etc/resolv.conf" "$root/etc/machine-id"
      echo lockstep > "$root/etc/hostname"
      """;

  /** What the operator's guide names, and no other step; then the maker's own. */
  private static final String LOCKSTEP =
      """
      set -eu
      root=$1
      tree=$2
      cp -a --no-preserve=ownership "$tree/." "$root/"
      mkdir -p "$root/etc/lockstep"
      printf '[recovery-key]\\nany-medium = true\\n' > "$root/etc/lockstep/policy.toml"
      mount -t proc proc "$root/proc"
      mount -t sysfs sys "$root/sys"
      mount --bind /dev "$root/dev"
      kernel=$(ls "$root/usr/lib/modules")
      """;

  private Path kept() {
    return cache.resolve(maker.cacheName());
  }

  /** Whether {@link #make} has to fetch anything. */
  boolean isMade() {
    return Files.isDirectory(kept());
  }

  /**
   * A root with this system tree in it, and an initrd made there.
   *
   * @param mirror where debootstrap fetches; its own choice if there is none
   */
  void make(Path root, Path systemTree, Optional<String> mirror, Consumer<String> progress)
      throws IOException, DemoFailed {
    Files.createDirectories(cache);
    if (!isMade()) {
      progress.accept(
          "making a Debian root with " + maker.debianPackage() + " (once; some minutes)");
      fetch(mirror);
    }
    progress.accept("putting Lockstep into it; " + maker.debianPackage() + " makes the initrd");
    require("cp", "-a", kept().toString(), root.toString());
    inNamespace(LOCKSTEP + maker.script(), root.toString(), systemTree.toString());
  }

  /** Whole before it has its name: half a root is never taken for one. */
  private void fetch(Optional<String> mirror) throws IOException, DemoFailed {
    Path fresh = cache.resolve(maker.cacheName() + ".new");
    require("rm", "-rf", fresh.toString());
    require(
        "debootstrap",
        "--variant=minbase",
        "--include=" + PACKAGES,
        "bookworm",
        fresh.toString(),
        mirror.orElse(""));
    inNamespace(SECOND_STEP, fresh.toString(), maker.debianPackage());
    Files.move(fresh, kept());
  }

  /** Mounts of its own, gone with it: nothing is left below the root when it is copied. */
  private static void inNamespace(String script, String... arguments)
      throws IOException, DemoFailed {
    List<String> words = new java.util.ArrayList<>();
    words.addAll(List.of("unshare", "--mount", "--propagation", "private"));
    words.addAll(List.of("sh", "-c", script, "sh"));
    words.addAll(List.of(arguments));
    require(words.toArray(String[]::new));
  }

  private static void require(String... words) throws IOException, DemoFailed {
    // An empty word: no mirror was named.
    HostTool.require(Stream.of(words).filter(word -> !word.isEmpty()).toArray(String[]::new));
  }
}
