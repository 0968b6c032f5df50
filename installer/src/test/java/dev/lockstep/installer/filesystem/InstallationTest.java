package dev.lockstep.installer.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.installer.partition.DiskIds;
import dev.lockstep.installer.partition.DiskLayout;
import dev.lockstep.installer.partition.Extent;
import dev.lockstep.installer.partition.GptDisk;
import dev.lockstep.installer.partition.Medium;
import dev.lockstep.installer.partition.SignatureWipe;
import dev.lockstep.installer.source.SyntheticTree;
import dev.lockstep.statemachine.boot.BootEntry;
import dev.lockstep.statemachine.boot.Trigger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole installations to an image file: no root, no loop device, no mount. */
class InstallationTest {
  private static final long DISK_BYTES = 512 * DiskLayout.MIB;

  @TempDir Path folder;
  private Path source;
  private Path work;
  private DiskIds ids;

  @BeforeEach
  void prepare() throws IOException {
    for (String tool :
        List.of("mke2fs", "e2fsck", "debugfs", "mkfs.vfat", "fsck.vfat", "mcopy", "mmd")) {
      boolean there =
          Stream.of("/usr/sbin", "/usr/bin")
              .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
      Assumptions.assumeTrue(there, "needs " + tool + " (packages e2fsprogs, dosfstools, mtools)");
    }
    source = SyntheticTree.create(Files.createDirectory(folder.resolve("tree")).toRealPath());
    work = Files.createDirectory(folder.resolve("work"));
    ids = DiskIds.random(new Random(11));
  }

  @ParameterizedTest
  @EnumSource
  void twoInstallationsOfOneTreeAreTheSameBytesWhateverWasOnTheDisk(BootImage.Type bootType)
      throws Exception {
    Path clean = disk("clean.img", (byte) 0);
    Path used = disk("used.img", (byte) 0xA5);
    List<Placement> first = install(clean, bootType);
    readEverything(source);
    Thread.sleep(1100); // another second, so that a clock read anywhere would show
    List<Placement> second = install(used, bootType);
    assertThat(second).isEqualTo(first);
    try (Medium medium = Medium.open(used)) {
      for (Placement placement : second) {
        assertThat(placement.isOn(medium)).isTrue();
      }
      medium.write(second.getFirst().extent().endBytes() - 1, new byte[] {1});
      assertThat(second.getFirst().isOn(medium)).isFalse();
    }
    assertNoLeftovers();
  }

  @ParameterizedTest
  @EnumSource
  void theInstalledTreeIsTheSourceWithoutItsBootFiles(RootImage.Size size) throws Exception {
    Path disk = disk("disk.img", (byte) 0);
    Assembly assembly = plan(BootImage.Type.EXT4);
    try (Medium medium = Medium.open(disk)) {
      assembly.install(medium, size);
      assertThat(GptDisk.read(medium, 512).get()).isEqualTo(assembly.layout().gpt(ids));
      long end = RootImage.reserveIsFree(medium, assembly.layout(), ids).get().sizeBytes();
      long limit = assembly.layout().root().sizeBytes() - 32 * DiskLayout.MIB;
      assertThat(end).isLessThanOrEqualTo(limit);
      assertThat(end > limit - DiskLayout.MIB).isEqualTo(size == RootImage.Size.WHOLE);
    }
    Path root = cut(disk, assembly.layout().root(), "root.img");
    assertThat(run("e2fsck", "-fn", root.toString())).doesNotContain("Fix");
    Path extracted = Files.createDirectory(folder.resolve("extracted"));
    run("debugfs", "-R", "rdump / \"" + extracted + "\"", root.toString());
    assertSameTree(source, extracted);
    assertThat(Files.readString(extracted.resolve("etc/fstab")))
        .startsWith(
            "# from the source\nUUID=swap none swap sw 0 0\nUUID="
                + ids.rootFilesystem()
                + " / ext4");
    assertThat(list(extracted.resolve("boot"))).isEmpty();
    assertThat(list(extracted.resolve("efi"))).isEmpty();
    assertThat(run("debugfs", "-R", "stat /usr/bin/program", root.toString()))
        .contains("Mode:  04755")
        .contains("Links: 2")
        .contains(" mtime: 0x%08x".formatted(SyntheticTree.MODIFIED.getEpochSecond()));
    assertThat(run("debugfs", "-R", "ea_list /usr/bin/program", root.toString()))
        .contains("user.note (5) = \"value\"");
    assertThat(run("debugfs", "-R", "stat /", root.toString())).contains("Mode:  0751");
  }

  @Test
  void theBootPartitionHoldsKernelEntryAndJournalWithEveryBlockAllocated() throws Exception {
    Path disk = disk("disk.img", (byte) 0);
    Assembly assembly = install(disk);
    Path boot = cut(disk, assembly.layout().boot(), "boot.img");
    assertThat(run("e2fsck", "-fn", boot.toString())).doesNotContain("Fix");
    Path extracted = Files.createDirectory(folder.resolve("extracted"));
    run("debugfs", "-R", "rdump / \"" + extracted + "\"", boot.toString());
    for (FileToInstall file : assembly.bootFiles(work)) {
      assertThat(Files.mismatch(extracted.resolve(file.path().substring(1)), file.content()))
          .isEqualTo(-1);
    }
    assertEntry(Files.readString(extracted.resolve(assembly.entry().path().substring(1))));
    assertThat(run("debugfs", "-R", "stat /lockstep/journal/gen000.cq4", boot.toString()))
        .contains("Blockcount: 1280")
        .contains("Mode:  0600");
  }

  @Test
  void theEspIsFat32AndHoldsTheLoadersConfiguration() throws Exception {
    Path disk = disk("disk.img", (byte) 0);
    Assembly assembly = install(disk);
    String at = disk + "@@" + assembly.layout().esp().offsetBytes();
    assertThat(run("mdir", "-/", "-b", "-i", at, "::")).contains("/loader/loader.conf");
    byte[] bootSector =
        Arrays.copyOf(Files.readAllBytes(cut(disk, assembly.layout().esp(), "esp.img")), 512);
    assertThat(new String(bootSector, 82, 8, StandardCharsets.US_ASCII)).isEqualTo("FAT32   ");
    assertThat(Files.exists(Path.of("/usr/lib/systemd/boot/efi/systemd-bootx64.efi")))
        .isEqualTo(run("mdir", "-/", "-b", "-i", at, "::").contains("BOOTX64.EFI"));
  }

  @Test
  void systemdBootOfTheTreeLandsWhereFirmwareLooks() throws Exception {
    SyntheticTree.write(source, "usr/lib/systemd/boot/efi/systemd-bootx64.efi", "MZ loader");
    Path disk = disk("disk.img", (byte) 0);
    Assembly assembly = install(disk);
    Path copy = folder.resolve("copy");
    run(
        "mcopy",
        "-i",
        disk + "@@" + assembly.layout().esp().offsetBytes(),
        "::/EFI/BOOT/BOOTX64.EFI",
        copy.toString());
    assertThat(Files.readString(copy)).isEqualTo("MZ loader");
  }

  @Test
  void contentThatDoesNotFitIsRefusedAndNothingIsWritten() throws Exception {
    Path disk = disk("disk.img", (byte) 0xA5);
    Assembly assembly = plan(BootImage.Type.EXT4);
    DiskLayout planned = assembly.layout();
    DiskLayout tooSmall =
        new DiskLayout(
            DISK_BYTES,
            512,
            planned.esp(),
            planned.boot(),
            new Extent(planned.root().offsetBytes(), 64 * DiskLayout.MIB));
    try (Medium medium = Medium.open(disk)) {
      assertThat(
              RootImage.install(
                      assembly.tree(),
                      tooSmall,
                      ids,
                      RootImage.Size.USED,
                      RootFilesystem.EXT4,
                      List.of(),
                      medium,
                      assembly.tools())
                  .getLeft())
          .contains("beside the encryption reserve");
    }
    assertThat(Files.mismatch(disk, disk("untouched.img", (byte) 0xA5))).isEqualTo(-1);
    assertNoLeftovers();
  }

  @Test
  void aToolThatFailsIsQuotedInOneSentenceAndNothingIsWritten() throws Exception {
    Path disk = disk("disk.img", (byte) 0xA5);
    Assembly assembly = plan(BootImage.Type.EXT4);
    Path tooLarge = folder.resolve("too-large");
    SparseFile.create(tooLarge, 100 * DiskLayout.MIB);
    Path filler = folder.resolve("filler");
    Files.write(filler, new byte[(int) (200 * DiskLayout.MIB)]);
    try (Medium medium = Medium.open(disk)) {
      String refusal =
          BootImage.installBoot(
                  List.of(new FileToInstall("/filler", filler, 0644)),
                  BootImage.Type.EXT4,
                  assembly.layout(),
                  ids,
                  medium,
                  assembly.tools())
              .getLeft();
      assertThat(refusal)
          .startsWith("debugfs could not change the filesystem")
          .doesNotContain("\n");
    }
    assertThat(Files.mismatch(disk, disk("untouched.img", (byte) 0xA5))).isEqualTo(-1);
    assertNoLeftovers();
  }

  @Test
  void aCutInTheMiddleIsMendedByDoingItAgain() throws Exception {
    Path whole = disk("whole.img", (byte) 0);
    install(whole);
    Path torn = disk("torn.img", (byte) 0);
    Assembly assembly = install(torn);
    try (Medium medium = Medium.open(torn)) {
      medium.write(assembly.layout().root().offsetBytes(), new byte[3 * 1024 * 1024]);
      medium.write(assembly.layout().boot().offsetBytes() + 5000, new byte[100_000]);
      medium.write(512, new byte[512]);
    }
    install(torn);
    assertThat(Files.mismatch(whole, torn)).isEqualTo(-1);
    try (Medium medium = Medium.open(torn)) {
      assertThat(SignatureWipe.isWiped(medium, assembly.layout())).isFalse();
    }
  }

  /** A cut finds no boot partition, or all of it: else half a kernel would boot. */
  @ParameterizedTest
  @EnumSource
  void theBootPartitionIsNotSeenUntilItIsWhole(BootImage.Type bootType) throws Exception {
    Path disk = disk("watched.img", (byte) 0);
    install(disk, bootType);
    Assembly assembly = plan(bootType);
    long head =
        assembly.layout().boot().offsetBytes() + (bootType == BootImage.Type.EXT4 ? 1024 : 0);
    List<FileToInstall> files = new ArrayList<>(assembly.bootFiles(work));
    Path grown = Files.write(work.resolve("grown"), new byte[] {1});
    files.add(new FileToInstall("/lockstep/journal/gen001.cq4", grown, 0644));
    try (WatchedMedium medium = new WatchedMedium(Medium.open(disk), head)) {
      BootImage.installBoot(files, bootType, assembly.layout(), ids, medium, assembly.tools())
          .get();

      assertThat(medium.halfSeen()).isFalse();
      assertThat(medium.appeared()).isEqualTo(1);
    }
  }

  /** A cut finds an old system that starts as a whole, or none that starts. */
  @Test
  void theOldPartitionTableGoesBeforeAnythingElse() throws Exception {
    Path disk = disk("wiped.img", (byte) 0xA5);
    try (WatchedMedium medium = new WatchedMedium(Medium.open(disk), 0)) {
      SignatureWipe.wipe(medium, plan(BootImage.Type.EXT4).layout());

      assertThat(medium.flushed().getFirst()).containsExactly(0L, DISK_BYTES - DiskLayout.MIB);
    }
  }

  private void assertEntry(String text) {
    BootEntry entry = BootEntry.parse(text).get();
    assertThat(entry.value("title")).containsExactly("Debian GNU/Linux 12 (bookworm)");
    assertThat(entry.value("machine-id")).containsExactly(SyntheticTree.MACHINE_ID);
    assertThat(entry.value("linux")).containsExactly("/vmlinuz-" + SyntheticTree.VERSION);
    assertThat(entry.value("initrd")).containsExactly("/initrd.img-" + SyntheticTree.VERSION);
    assertThat(entry.trigger().get()).containsExactly(Trigger.tpm2());
    assertThat(entry.kernelCommandLine().text())
        .isEqualTo(
            "root=PARTUUID=" + ids.rootPartition() + " rw rd.lockstep.encrypt=tpm2 console=ttyS0");
  }

  private Assembly plan(BootImage.Type bootType) throws IOException {
    return Assembly.plan(source, DISK_BYTES, ids, work, bootType, RootFilesystem.EXT4);
  }

  private Assembly install(Path disk) throws IOException {
    Assembly assembly = plan(BootImage.Type.EXT4);
    try (Medium medium = Medium.open(disk)) {
      assembly.install(medium, RootImage.Size.USED);
    }
    return assembly;
  }

  private List<Placement> install(Path disk, BootImage.Type bootType) throws IOException {
    try (Medium medium = Medium.open(disk)) {
      return plan(bootType).install(medium, RootImage.Size.USED);
    }
  }

  /** A sparse disk, or one full of old bytes where the installation will look. */
  private Path disk(String name, byte old) throws IOException {
    Path disk = folder.resolve(name);
    SparseFile.create(disk, DISK_BYTES);
    if (old != 0) {
      byte[] bytes = new byte[(int) (16 * DiskLayout.MIB)];
      Arrays.fill(bytes, old);
      try (Medium medium = Medium.open(disk)) {
        for (long at = 0; at < DISK_BYTES; at += bytes.length) {
          medium.write(at, bytes);
        }
      }
    }
    return disk;
  }

  private void assertNoLeftovers() throws IOException {
    assertThat(list(work))
        .allSatisfy(
            path ->
                assertThat(path.getFileName().toString())
                    .doesNotEndWith(".img")
                    .doesNotStartWith("tool-")
                    .doesNotStartWith("edits-"));
  }

  private static void assertSameTree(Path expected, Path actual) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(expected)) {
      all =
          walk.map(expected::relativize)
              .filter(
                  path ->
                      !path.startsWith("boot")
                          && !path.toString().equals("etc/fstab")
                          && !path.toString().isEmpty())
              .toList();
    }
    assertThat(all).hasSizeGreaterThan(300);
    for (Path path : all) {
      Path wanted = expected.resolve(path);
      Path got = actual.resolve(path);
      assertThat(attributes(got)).as(path.toString()).isEqualTo(attributes(wanted));
      if (Files.isSymbolicLink(wanted)) {
        assertThat(Files.readSymbolicLink(got)).isEqualTo(Files.readSymbolicLink(wanted));
      } else if (Files.isRegularFile(wanted)) {
        assertThat(Files.mismatch(wanted, got)).as(path.toString()).isEqualTo(-1);
      }
    }
    try (Stream<Path> walk = Files.walk(actual)) {
      List<Path> extra =
          walk.map(actual::relativize)
              .filter(path -> !path.toString().isEmpty() && !all.contains(path))
              .toList();
      assertThat(extra.stream().map(Path::toString))
          .containsExactlyInAnyOrder("boot", "efi", "lost+found", "etc/fstab");
    }
  }

  /**
   * Without setuid, setgid and sticky, which debugfs' rdump loses: those are looked up one by one.
   */
  private static List<Integer> attributes(Path path) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(path, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
    return List.of(
        (int) found.get("mode") & ~07000, (int) found.get("uid"), (int) found.get("gid"));
  }

  private static void readEverything(Path tree) throws IOException {
    try (Stream<Path> walk = Files.walk(tree)) {
      for (Path file :
          walk.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).toList()) {
        assertThat(Files.readAllBytes(file)).isNotNull();
      }
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.toList();
    }
  }

  private Path cut(Path disk, Extent extent, String name) throws IOException {
    Path target = folder.resolve(name);
    try (Medium medium = Medium.openReadOnly(disk);
        var out = Files.newOutputStream(target, StandardOpenOption.CREATE)) {
      for (long at = 0; at < extent.sizeBytes(); at += DiskLayout.MIB) {
        out.write(medium.read(extent.offsetBytes() + at, (int) DiskLayout.MIB));
      }
    }
    return target;
  }

  private static String run(String... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("PATH", "/usr/sbin:/usr/bin");
    builder.environment().put("TZ", "UTC");
    builder.environment().put("MTOOLS_SKIP_CHECK", "1");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
