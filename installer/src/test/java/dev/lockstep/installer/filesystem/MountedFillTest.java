package dev.lockstep.installer.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.installer.partition.DiskIds;
import dev.lockstep.installer.partition.DiskLayout;
import dev.lockstep.installer.partition.Medium;
import dev.lockstep.installer.source.SyntheticTree;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** XFS and btrfs roots, made for real and looked at through a mount. */
class MountedFillTest {
  private static final long DISK_BYTES = 768L << 20;
  private static final int SPARSE_BYTES = 64 << 20;

  @TempDir Path folder;
  private Path source;
  private Path disk;
  private final DiskIds ids = DiskIds.random(new SecureRandom());

  @BeforeAll
  static void needsRootAndTools() {
    for (RootFilesystem each : RootFilesystem.values()) {
      assumeTrue(each.objection().isEmpty(), () -> each.objection().get());
    }
  }

  @BeforeEach
  void makeTree() throws Exception {
    source = SyntheticTree.create(folder.resolve("source"));
    run("mknod", source.resolve("usr/null").toString(), "c", "1", "3");
    run("mkfifo", source.resolve("usr/pipe").toString());
    run("chown", "-h", "1234:70000", source.resolve("etc/os-release").toString());
    run("chown", "5:6", source.resolve("usr/bin/program").toString());
    Files.setAttribute(source.resolve("usr/bin/program"), "unix:mode", 0106755);
    SyntheticTree.write(source, "home/a name with spaces/-n", "and a line\nbreak".repeat(900));
    try (RandomAccessFile sparse =
        new RandomAccessFile(source.resolve("usr/sparse").toFile(), "rw")) {
      sparse.setLength(SPARSE_BYTES);
      sparse.seek(SPARSE_BYTES / 2);
      sparse.write(1);
    }
    disk = folder.resolve("disk.img");
    SparseFile.create(disk, DISK_BYTES);
  }

  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  void everyFileIsTakenOverWithAllThatBelongsToIt(RootFilesystem filesystem) throws Exception {
    FilesystemGeometry.Known made = install(filesystem, RootImage.Size.USED);
    assertThat(made.type()).isEqualTo(filesystem.mountType());
    assertThat(made.smallestTransferBytes()).isEqualTo(4096);
    Path root = rootImage(made.sizeBytes());
    RootListing installed = RootListing.mounted(root, made.type(), folder.resolve("mounted"));
    RootListing wanted = RootListing.of(source);
    assertThat(installed.withoutOurs()).isEqualTo(wanted.withoutOurs());
    assertThat(installed.line("usr/bin/program")).contains("106755 5:6 2 links");
    assertThat(installed.line("usr/bin/program")).contains("user.note=value");
    assertThat(installed.line("usr/null")).startsWith("usr/null 20");
    assertThat(installed.line("usr/sparse")).contains("sparse");
    assertThat(installed.below("boot")).isEmpty();
    assertThat(installed.content("etc/fstab"))
        .contains("UUID=" + ids.rootFilesystem() + " / " + filesystem.mountType() + " defaults 0 0")
        .contains("UUID=swap");
  }

  @ParameterizedTest
  @EnumSource
  void theWholeExtentEndsBeforeTheReserve(RootFilesystem filesystem) throws Exception {
    FilesystemGeometry.Known made = install(filesystem, RootImage.Size.WHOLE);
    long limit = layout(filesystem).root().sizeBytes() - 32 * DiskLayout.MIB;
    assertThat(made.sizeBytes()).isBetween(limit - DiskLayout.MIB, limit);
  }

  /** What is hard on a small estimate: a file in every block, and all in one file. */
  @ParameterizedTest
  @EnumSource
  void theEstimateHoldsManySmallFilesAndOneLarge(RootFilesystem filesystem) throws Exception {
    for (int file = 0; file < 5_000; file++) {
      SyntheticTree.write(source, "var/small/" + file % 40 + "/" + file, "x".repeat(file % 3000));
    }
    byte[] random = new byte[70 << 20];
    new Random(1).nextBytes(random);
    Files.write(source.resolve("var/large"), random);
    FilesystemGeometry.Known made = install(filesystem, RootImage.Size.USED);
    Path root = rootImage(made.sizeBytes());
    RootListing installed = RootListing.mounted(root, made.type(), folder.resolve("mounted"));
    assertThat(withoutTimes(installed)).isEqualTo(withoutTimes(RootListing.of(source)));
  }

  /** mke2fs takes over whole seconds alone. */
  private static String withoutTimes(RootListing listing) {
    return listing.withoutOurs().replaceAll("\\d{4}-\\d\\d-\\d\\dT\\S+Z", "");
  }

  private DiskLayout layout(RootFilesystem filesystem) throws IOException {
    return assembly(filesystem).layout();
  }

  private Assembly assembly(RootFilesystem filesystem) throws IOException {
    Path work = Files.createDirectories(folder.resolve("work"));
    return Assembly.plan(source, DISK_BYTES, ids, work, BootImage.Type.EXT4, filesystem);
  }

  private FilesystemGeometry.Known install(RootFilesystem filesystem, RootImage.Size size)
      throws IOException {
    Assembly assembly = assembly(filesystem);
    try (Medium medium = Medium.open(disk)) {
      assembly.install(medium, size);
      return RootImage.reserveIsFree(medium, assembly.layout(), ids).get();
    }
  }

  private Path rootImage(long bytes) throws Exception {
    Path root = folder.resolve("root.img");
    long mib = DiskLayout.MIB;
    run(
        "dd",
        "if=" + disk,
        "of=" + root,
        "bs=1M",
        "conv=sparse",
        "skip=" + layout(RootFilesystem.EXT4).root().offsetBytes() / mib,
        "count=" + Math.ceilDiv(bytes, mib));
    return root;
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
