package dev.lockstep.installer.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTreeTest {
  @TempDir Path folder;
  private Path root;

  @BeforeEach
  void create() throws IOException {
    root = SyntheticTree.create(Files.createDirectory(folder.resolve("tree")).toRealPath());
  }

  @Test
  void aTreeIsFoundFitWithItsNewestKernel() throws IOException {
    SourceTree tree = SourceTree.open(root).get();
    assertThat(tree.kernel())
        .isEqualTo(
            new Kernel(
                SyntheticTree.VERSION,
                root.resolve("boot/vmlinuz-" + SyntheticTree.VERSION),
                root.resolve("boot/initrd.img-" + SyntheticTree.VERSION)));
    assertThat(tree.osRelease().title()).isEqualTo("Debian GNU/Linux 12 (bookworm)");
    assertThat(tree.machineId()).containsExactly(SyntheticTree.MACHINE_ID);
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(tree.content().inodes())
          .isEqualTo(files.count() - 1 - 1); // the root itself, and one hard link
    }
    assertThat(tree.content().blocks())
        .isGreaterThan((5_000_000 + 9_000_001 + 3_000_000) / 4096)
        .isLessThan(6000);
    assertThat(tree.content().bootPaths()).hasSize(6).last().isNotNull();
  }

  @Test
  void whatIsMissingIsSaidInOneSentence() throws IOException {
    assertThat(SourceTree.open(folder.resolve("nowhere")).getLeft()).contains("is not a directory");
    assertThat(SourceTree.open(Path.of("/")).getLeft()).contains("can't be /");
    assertThat(SourceTree.open(folder).getLeft()).contains("holds no operating system");
    for (String initrd :
        new String[] {"initrd.img-" + SyntheticTree.VERSION, "initrd.img-6.1.0-9-amd64"}) {
      Files.delete(root.resolve("boot").resolve(initrd));
    }
    assertThat(SourceTree.open(root).getLeft()).contains("a kernel but no initrd");
    Files.delete(root.resolve("boot/vmlinuz-" + SyntheticTree.VERSION));
    Files.delete(root.resolve("boot/vmlinuz-6.1.0-9-amd64"));
    assertThat(SourceTree.open(root).getLeft()).contains("holds no kernel");
  }

  @Test
  void aKernelInTheModulesDirectoryIsFound() throws IOException {
    Path modules = Files.createDirectories(root.resolve("usr/lib/modules/6.12.1"));
    Files.writeString(modules.resolve("vmlinuz"), "kernel");
    Files.writeString(modules.resolve("initramfs.img"), "initrd");
    assertThat(SourceTree.open(root).get().kernel())
        .isEqualTo(
            new Kernel("6.12.1", modules.resolve("vmlinuz"), modules.resolve("initramfs.img")));
  }

  @Test
  void noLinkLeadsOutOfTheTree() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "ID=secret\n");
    Files.delete(root.resolve("etc/os-release"));
    Files.createSymbolicLink(root.resolve("etc/os-release"), secret);
    Files.delete(root.resolve("etc/machine-id"));
    Files.createSymbolicLink(
        root.resolve("etc/machine-id"), Path.of("../../../../../../etc/machine-id"));
    Files.createSymbolicLink(root.resolve("etc/loop"), Path.of("loop"));
    Files.createSymbolicLink(root.resolve("boot/vmlinuz-9"), secret);
    Files.createSymbolicLink(root.resolve("boot/initrd.img-9"), secret);
    SourceTree tree = SourceTree.open(root).get();
    assertThat(tree.osRelease().id()).isEqualTo("debian");
    assertThat(tree.machineId()).isEmpty();
    assertThat(tree.text("/etc/loop")).isEmpty();
    assertThat(tree.kernel().version()).isEqualTo(SyntheticTree.VERSION);
  }

  @Test
  void anAbsoluteLinkMeansTheTreesOwnRoot() throws IOException {
    SyntheticTree.write(root, "usr/lib/os-release", "ID=from-the-tree\n");
    Files.delete(root.resolve("etc/os-release"));
    Files.createSymbolicLink(root.resolve("etc/os-release"), Path.of("/usr/lib/os-release"));
    assertThat(SourceTree.open(root).get().osRelease().id()).isEqualTo("from-the-tree");
  }

  @Test
  void versionsAreOrderedByTheirNumbers() {
    assertThat(Stream.of("6.10", "6.9", "6.9-rc1", "", "6.9.1", "10").sorted(Kernel.VERSION_ORDER))
        .containsExactly("", "6.9", "6.9-rc1", "6.9.1", "6.10", "10");
  }

  @Test
  void osReleaseCannotBreakABootEntry() {
    OsRelease hostile = OsRelease.parse("ID=../../x\nPRETTY_NAME=\"a\\noptions init=/bin/sh\"\n");
    assertThat(hostile.id()).doesNotContain("/");
    assertThat(hostile.title()).doesNotContain("\n").doesNotContain("\\");
    assertThat(OsRelease.parse("").title()).isEqualTo("Linux");
  }
}
