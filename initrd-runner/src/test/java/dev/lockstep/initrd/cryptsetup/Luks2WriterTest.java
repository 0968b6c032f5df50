package dev.lockstep.initrd.cryptsetup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.RandomReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Luks2WriterTest {
  private static final int HEADER_BYTES = HeaderBuilder.HEADER_BYTES;
  private static final int SECTOR_BYTES = 512;

  @TempDir private Path folder;

  @Test
  void bothCopiesAreWrittenAndReadBack() throws Exception {
    byte[] before = HeaderBuilder.converting().label("root").build();
    byte[] after = update(before);
    Luks2Header header = header(after);
    assertThat(header.copies()).isEqualTo(Luks2Header.Copies.EQUAL);
    assertThat(header.seqid()).isEqualTo(8);
    assertThat(header.label()).isEqualTo("root");
    assertThat(header.uuid()).isEqualTo(header(before).uuid());
    assertThat(header.metadata().tokens()).containsExactly(new Token(3, "test", Set.of()));
    assertThat(salt(after, 0)).isNotEqualTo(salt(after, HEADER_BYTES));
    assertThat(salt(after, 0)).isNotEqualTo(salt(before, 0));
  }

  private static byte[] salt(byte[] disk, int copy) {
    return Arrays.copyOfRange(disk, copy + 104, copy + 168);
  }

  /**
   * The crash states of an update: any subset of the sectors of the copy that is being written, the
   * other copy being wholly as it was before (first write) or as it is afterwards (second write).
   */
  @Test
  void aCutAtAnySectorLeavesTheOldMetadataOrTheNew() throws Exception {
    byte[] equal = HeaderBuilder.converting().build();
    byte[] newerFirst = equal.clone();
    System.arraycopy(HeaderBuilder.converting().seqid(9).build(), 0, newerFirst, 0, HEADER_BYTES);
    byte[] tornFirst = equal.clone();
    Arrays.fill(tornFirst, 4096, 8192, (byte) 'x');
    byte[] tornSecond = equal.clone();
    Arrays.fill(tornSecond, HEADER_BYTES, 2 * HEADER_BYTES, (byte) 'x');

    for (byte[] before : List.of(equal, newerFirst, tornFirst, tornSecond)) {
      byte[] after = update(before);
      long oldSeqid = header(before).seqid();
      boolean secondFirst = header(before).copies() == Luks2Header.Copies.FIRST_IS_CURRENT;
      int firstWritten = secondFirst ? HEADER_BYTES : 0;
      int thenWritten = secondFirst ? 0 : HEADER_BYTES;
      byte[] between = before.clone();
      System.arraycopy(after, firstWritten, between, firstWritten, HEADER_BYTES);
      assertEveryCutIsSound(before, after, firstWritten, oldSeqid);
      assertEveryCutIsSound(between, after, thenWritten, oldSeqid + 1);
    }
  }

  private static void assertEveryCutIsSound(byte[] from, byte[] to, int copy, long worstSeqid)
      throws IOException {
    Random random = new Random(11);
    int sectors = HEADER_BYTES / SECTOR_BYTES;
    for (int cut = 0; cut < 4 * sectors; cut++) {
      byte[] disk = from.clone();
      for (int sector = 0; sector < sectors; sector++) {
        boolean written = cut < sectors ? sector < cut : random.nextBoolean();
        if (written) {
          int at = copy + sector * SECTOR_BYTES;
          System.arraycopy(to, at, disk, at, SECTOR_BYTES);
        }
      }
      assertThat(header(disk).seqid()).isGreaterThanOrEqualTo(worstSeqid);
    }
  }

  /** The order above is the real one: a process of its own is killed at its first fsync. */
  @Test
  void theCurrentCopyIsStillUntouchedAtTheFirstFlush() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "no strace");
    byte[] equal = HeaderBuilder.converting().build();
    byte[] newerFirst = equal.clone();
    System.arraycopy(HeaderBuilder.converting().seqid(9).build(), 0, newerFirst, 0, HEADER_BYTES);
    byte[] tornFirst = equal.clone();
    Arrays.fill(tornFirst, 4096, 8192, (byte) 'x');

    assertThat(copiesWrittenAtFirstFlush(equal)).containsExactly(0);
    assertThat(copiesWrittenAtFirstFlush(newerFirst)).containsExactly(HEADER_BYTES);
    assertThat(copiesWrittenAtFirstFlush(tornFirst)).containsExactly(0);
  }

  private List<Integer> copiesWrittenAtFirstFlush(byte[] before) throws Exception {
    Path disk = Files.write(folder.resolve("killed"), before);
    List<String> command = new ArrayList<>();
    command.addAll(List.of("strace", "-f", "-o", "/dev/null", "-e", "trace=fsync"));
    command.addAll(List.of("-e", "inject=fsync:signal=KILL:when=1"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Updater.class.getName(), disk.toString()));
    Process killed = new ProcessBuilder(command).inheritIO().start();
    assertThat(killed.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(killed.exitValue()).isNotZero();
    byte[] after = Files.readAllBytes(disk);
    return Stream.of(0, HEADER_BYTES)
        .filter(
            copy ->
                !Arrays.equals(before, copy, copy + HEADER_BYTES, after, copy, copy + HEADER_BYTES))
        .toList();
  }

  /** Updates the header of a disk, in a process that may be killed. */
  static final class Updater {
    public static void main(String[] arguments) throws IOException {
      update(Path.of(arguments[0]));
    }
  }

  @Test
  void whatChangedMeanwhileIsNotOverwritten() throws Exception {
    Path disk = Files.write(folder.resolve("disk"), HeaderBuilder.converting().build());
    Luks2Header stale = header(HeaderBuilder.converting().seqid(6).build());
    try (BlockDeviceFile device = BlockDeviceFile.open(disk, BlockDeviceFile.Access.READ_WRITE)) {
      assertThatThrownBy(() -> Luks2Writer.update(device, stale, stale.json()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("changed since it was read");
    }
    assertThat(Files.readAllBytes(disk)).isEqualTo(HeaderBuilder.converting().build());
  }

  @Test
  void metadataThatCanNotBeReadIsNotWritten() throws Exception {
    Path disk = Files.write(folder.resolve("disk"), HeaderBuilder.converting().build());
    Luks2Header header = header(Files.readAllBytes(disk));
    ObjectNode broken = header.json();
    broken.remove("segments");
    ObjectNode large = header.json();
    large.put("filler", "x".repeat(HEADER_BYTES));
    try (BlockDeviceFile device = BlockDeviceFile.open(disk, BlockDeviceFile.Access.READ_WRITE)) {
      assertThatThrownBy(() -> Luks2Writer.update(device, header, broken))
          .isInstanceOf(MalformedMetadataException.class);
      assertThatThrownBy(() -> Luks2Writer.update(device, header, large))
          .hasMessageContaining("does not fit");
    }
    assertThat(Files.readAllBytes(disk)).isEqualTo(HeaderBuilder.converting().build());
  }

  private byte[] update(byte[] before) throws IOException {
    Path disk = Files.write(folder.resolve("disk"), before);
    update(disk);
    return Files.readAllBytes(disk);
  }

  private static void update(Path disk) throws IOException {
    Luks2Header base = header(Files.readAllBytes(disk));
    ObjectNode json = base.json();
    ((ObjectNode) json.get("tokens")).putObject("3").put("type", "test").putArray("keyslots");
    try (BlockDeviceFile device = BlockDeviceFile.open(disk, BlockDeviceFile.Access.READ_WRITE)) {
      Luks2Writer.update(device, base, json);
    }
  }

  private static Luks2Header header(byte[] disk) throws IOException {
    if (Luks2HeaderReader.read(RandomReader.of(disk))
        instanceof HeaderReading.Valid(Luks2Header header)) {
      return header;
    }
    throw new AssertionError("no sound header");
  }
}
