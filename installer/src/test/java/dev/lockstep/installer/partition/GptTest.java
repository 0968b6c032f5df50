package dev.lockstep.installer.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.statemachine.partition.Gpt;
import dev.lockstep.statemachine.partition.GptCodec;
import dev.lockstep.statemachine.partition.GptPartition;
import dev.lockstep.statemachine.partition.PartitionType;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GptTest {
  private static final long MIB = DiskLayout.MIB;
  private static final DiskIds IDS = DiskIds.random(new Random(7));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void bothCopiesAreReadBackAsTheyWereWritten(int sectorBytes) throws IOException {
    Gpt gpt = layout(1024 * MIB, sectorBytes).gpt(IDS);
    try (Medium medium = disk(1024 * MIB)) {
      assertThat(GptDisk.isWritten(medium, gpt)).isFalse();
      GptDisk.write(medium, gpt);
      GptDisk.write(medium, gpt);
      assertThat(GptDisk.isWritten(medium, gpt)).isTrue();
      assertThat(GptDisk.read(medium, sectorBytes).get()).isEqualTo(gpt);
      assertThat(GptDisk.readBackup(medium, sectorBytes).get()).isEqualTo(gpt);
    }
  }

  @Test
  void sfdiskAgrees() throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/sbin/sfdisk")), "needs sfdisk (package fdisk)");
    DiskLayout layout = layout(512 * MIB, 512);
    try (Medium medium = disk(512 * MIB)) {
      GptDisk.write(medium, layout.gpt(IDS));
      assertThat(sfdisk("--verify", medium.path()))
          .contains("No errors detected")
          .doesNotContain("CRC");
      String dump = sfdisk("-d", medium.path());
      assertThat(dump)
          .contains("label: gpt")
          .contains("label-id: " + upper(IDS.disk()))
          .contains("first-lba: 34")
          .contains("last-lba: " + (512 * MIB / 512 - 34));
      assertThat(dump)
          .containsPattern(
              "start= +2048, size= +73728, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid="
                  + upper(IDS.espPartition())
                  + ", name=\"esp\"");
      assertThat(dump)
          .containsPattern(
              "type=BC13C2FF-59E6-4262-A352-B275FD6F7172, uuid="
                  + upper(IDS.bootPartition())
                  + ", name=\"boot\"");
      assertThat(dump)
          .containsPattern(
              "type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, uuid="
                  + upper(IDS.rootPartition())
                  + ", name=\"root\"");
      assertThat(dump).as("in the clear it would grow into the reserve").doesNotContain("attrs=");
    }
  }

  @Test
  void aDamagedPrimaryIsRefusedAndTheBackupStillReads() throws IOException {
    Gpt gpt = layout(512 * MIB, 512).gpt(IDS);
    try (Medium medium = disk(512 * MIB)) {
      GptDisk.write(medium, gpt);
      medium.write(512 + 60, new byte[] {1});
      assertThat(GptDisk.read(medium, 512).getLeft())
          .isEqualTo("the primary GPT header's checksum is wrong");
      assertThat(GptDisk.readBackup(medium, 512).get()).isEqualTo(gpt);
      assertThat(GptDisk.isWritten(medium, gpt)).isFalse();
    }
  }

  @Property(tries = 2000)
  void oneFlippedBitIsNoticedOrMeansNothing(
      @ForAll @IntRange(max = 34 * 512 - 1) int at, @ForAll @IntRange(max = 7) int bit) {
    Gpt gpt = layout(512 * MIB, 512).gpt(IDS);
    byte[] primary = GptCodec.primary(gpt);
    primary[at] ^= (byte) (1 << bit);
    Either<String, Gpt> read = GptCodec.parsePrimary(primary, 512, gpt.diskSectors());
    boolean checksummed = (at >= 512 && at < 512 + 92) || at >= 1024;
    assertThat(read.isLeft() || (!checksummed && read.get().equals(gpt))).isTrue();
  }

  @Property
  void anyBytesAreReadWithoutAnException(
      @ForAll byte[] bytes, @ForAll @LongRange(min = 68, max = 1L << 40) long sectors) {
    byte[] disk = Arrays.copyOf(GptCodec.primary(layout(512 * MIB, 512).gpt(IDS)), 34 * 512);
    System.arraycopy(bytes, 0, disk, 1024, Math.min(bytes.length, disk.length - 1024));
    assertThat(GptCodec.parsePrimary(disk, 512, sectors)).isNotNull();
    assertThat(GptCodec.parsePrimary(bytes, 512, sectors).isLeft()).isTrue();
  }

  @Test
  void partitionsThatOverlapCannotBeSaid() {
    GptPartition one =
        new GptPartition(PartitionType.ESP.guid(), IDS.espPartition(), 2048, 4095, 0, "one");
    GptPartition two =
        new GptPartition(PartitionType.ESP.guid(), IDS.bootPartition(), 4095, 5000, 0, "two");
    assertThatThrownBy(() -> new Gpt(IDS.disk(), 512, 100_000, List.of(one, two)))
        .hasMessageContaining("overlaps");
  }

  @Test
  void aDiskThatIsTooSmallIsRefusedInOneSentence() {
    assertThat(DiskLayout.plan(wish(256 * MIB, 512)).getLeft())
        .isEqualTo("the disk has 256 MiB, but this installation needs 266 MiB");
    assertThat(DiskLayout.plan(wish(0, 512)).isLeft()).isTrue();
    DiskLayout.Wish tooMuchRoot =
        new DiskLayout.Wish(
            1024 * MIB, 512, Option.none(), Option.none(), Option.some(900 * MIB), 0, 0);
    assertThat(DiskLayout.plan(tooMuchRoot).getLeft()).contains("does not fit");
    DiskLayout.Wish tooLittleBoot =
        new DiskLayout.Wish(
            1024 * MIB, 512, Option.none(), Option.some(64 * MIB), Option.none(), 100 * MIB, 0);
    assertThat(DiskLayout.plan(tooLittleBoot).getLeft())
        .contains("a boot partition of 64 MiB is too small");
    DiskLayout.Wish tooLittleEsp =
        new DiskLayout.Wish(
            1024 * MIB, 512, Option.some(8 * MIB), Option.none(), Option.none(), 0, 0);
    assertThat(DiskLayout.plan(tooLittleEsp).getLeft()).contains("too small for FAT32");
  }

  @Property
  void everyPlanFitsTheDiskAndLeavesTheReserve(
      @ForAll @LongRange(min = 0, max = 1L << 42) long diskBytes,
      @ForAll @LongRange(min = 0, max = 1L << 31) long needed) {
    DiskLayout.Wish wish =
        new DiskLayout.Wish(
            diskBytes, 512, Option.none(), Option.none(), Option.none(), needed / 10, needed);
    DiskLayout.plan(wish)
        .peek(
            layout -> {
              assertThat(layout.gpt(IDS).partitions()).hasSize(3);
              assertThat(layout.rootFilesystemLimitBytes()).isGreaterThanOrEqualTo(needed);
              assertThat(layout.root().offsetBytes() % MIB).isZero();
              assertThat(layout.root().endBytes()).isLessThanOrEqualTo(diskBytes - MIB);
            });
  }

  @Test
  void oldSignaturesAreGoneAfterTheWipeAndNothingElseIs() throws IOException {
    DiskLayout layout = layout(512 * MIB, 512);
    byte[] old = "an old signature".getBytes(StandardCharsets.US_ASCII);
    try (Medium medium = disk(512 * MIB)) {
      for (Extent extent : List.of(layout.esp(), layout.boot(), layout.root())) {
        medium.write(extent.offsetBytes() + 1024, old);
      }
      medium.write(512 * MIB - old.length, old);
      medium.write(300 * MIB, old);
      assertThat(SignatureWipe.isWiped(medium, layout)).isFalse();
      SignatureWipe.wipe(medium, layout);
      assertThat(SignatureWipe.isWiped(medium, layout)).isTrue();
      assertThat(medium.read(300 * MIB, old.length)).isEqualTo(old);
    }
  }

  private Medium disk(long sizeBytes) throws IOException {
    Path path = folder.resolve("disk.img");
    Files.write(path, new byte[0]);
    try (var file = new java.io.RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(sizeBytes);
    }
    return Medium.open(path);
  }

  private static DiskLayout.Wish wish(long diskBytes, int sectorBytes) {
    return new DiskLayout.Wish(
        diskBytes, sectorBytes, Option.none(), Option.none(), Option.none(), 100 * MIB, 68 * MIB);
  }

  private static DiskLayout layout(long diskBytes, int sectorBytes) {
    return DiskLayout.plan(wish(diskBytes, sectorBytes)).get();
  }

  private static String upper(java.util.UUID id) {
    return id.toString().toUpperCase(java.util.Locale.ROOT);
  }

  private static String sfdisk(String option, Path image) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("/usr/sbin/sfdisk", option, image.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
