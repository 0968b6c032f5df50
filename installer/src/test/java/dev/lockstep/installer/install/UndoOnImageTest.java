package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.initrd.runner.Disk;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Ending;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plain disk back, on a real image. */
class UndoOnImageTest {

  @TempDir Path folder;
  private InstalledImage image;
  private DiskPartitions.Place root;

  @BeforeAll
  static void needsRootAndTools() {
    FirstBootOnImageTest.needsRootAndTools();
  }

  @BeforeEach
  void install() throws IOException {
    image = new InstalledImage(folder);
    assertThat(image.install(InstalledImage.SIZE_BYTES)).isEqualTo(new Ending.Finished());
    try (Disk disk = Disk.open(image.disk()).get()) {
      root = disk.partitions().root();
    }
  }

  @Test
  void beforeAnythingWasWrittenIntoTheRootItIsLeftToTheByte() throws Exception {
    byte[] installed = rootBytes();
    image.firstBoot(InstalledImage.at("KeysProven"));
    assertThat(image.undo()).isEqualTo(new Ending.Finished());
    assertThat(Arrays.equals(installed, rootBytes())).isTrue();
  }

  @Test
  void aPlacedHeaderIsTakenOffAndEveryFileIsAsItWasInstalled() throws Exception {
    String installed = tree();
    for (String phase : List.of("HeadStaged", "HeaderInitialised", "HeaderPlaced")) {
      image.firstBoot(InstalledImage.at(phase));
      assertThat(image.undo()).isEqualTo(new Ending.Finished());
      assertThat(tree()).as(phase).isEqualTo(installed);
      assertThat(code(image.firstBoot(Brake.never()))).isEqualTo("UNDONE");
      image.run(Goal.ENCRYPT_AGAIN, InstalledImage.at("Cleared"));
    }
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(code(image.undo())).isEqualTo("TOO_LATE_TO_UNDO");
  }

  @Test
  void aHeaderThatMayBeTornIsTakenOffToo() throws Exception {
    String installed = tree();
    assertThatThrownBy(() -> image.firstBootCutAfter("PlaceHeader"))
        .isInstanceOf(InstalledImage.PowerCut.class);
    tear();
    assertThat(image.undo()).isEqualTo(new Ending.Finished());
    assertThat(tree()).isEqualTo(installed);
  }

  @Test
  void whatIsConvertedStaysConverted() throws Exception {
    image.firstBoot(InstalledImage.at("Converted"));
    byte[] converted = rootBytes();
    assertThat(code(image.undo())).isEqualTo("TOO_LATE_TO_UNDO");
    assertThat(Arrays.equals(converted, rootBytes())).isTrue();
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
  }

  /** The header's first half arrived, as after a cut in the placing. */
  private void tear() throws Exception {
    byte[] header = new byte[8 << 20];
    Path boot = Files.createDirectories(folder.resolve("boot"));
    try (Disk disk = Disk.open(image.disk()).get()) {
      DiskPartitions.Place place = disk.partitions().boot();
      run(
          "mount",
          "-o",
          "ro,loop,offset=" + place.offsetBytes() + ",sizelimit=" + place.sizeBytes(),
          image.disk().toString(),
          boot.toString());
    }
    try (var file = Files.newInputStream(boot.resolve("lockstep/header.initialised"))) {
      assertThat(file.readNBytes(header, 0, header.length)).isEqualTo(header.length);
    } finally {
      run("umount", boot.toString());
    }
    try (RandomAccessFile disk = new RandomAccessFile(image.disk().toFile(), "rw")) {
      disk.seek(root.offsetBytes());
      disk.write(header);
    }
  }

  /** Every name, mode, owner and content of the root, and nothing that a mount changes. */
  private String tree() throws Exception {
    Path copy = folder.resolve("root.img");
    Files.write(copy, rootBytes());
    assertThat(run("e2fsck", "-f", "-n", copy.toString())).doesNotContain("UNEXPECTED");
    Path out = folder.resolve("tree");
    run("rm", "-rf", out.toString());
    Files.createDirectories(out);
    run("debugfs", "-R", "rdump / " + out, copy.toString());
    return run(
        "sh",
        "-c",
        "cd '"
            + out
            + "' && find . -printf '%P %M %U:%G %l\\n' | sort && find . -type f -exec sha256sum {} + | sort -k2");
  }

  private byte[] rootBytes() throws IOException {
    try (RandomAccessFile disk = new RandomAccessFile(image.disk().toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(root.sizeBytes())];
      disk.seek(root.offsetBytes());
      disk.readFully(bytes);
      return bytes;
    }
  }

  private static String code(Ending ending) {
    return ending instanceof Ending.Stopped(var refusal) ? refusal.code() : "finished";
  }

  private static String run(String... command) throws Exception {
    return GrownByHandTest.run(command);
  }
}
