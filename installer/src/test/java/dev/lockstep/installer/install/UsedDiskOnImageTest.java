package dev.lockstep.installer.install;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.initrd.runner.Disk;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.journal.image.ImageJournal;
import dev.lockstep.statemachine.firstboot.BehindWindow;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Ending;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk was in use before: behind the volume an earlier owner's plaintext lies. */
class UsedDiskOnImageTest {

  private static final byte[] LETTER =
      "A letter of the disk's earlier owner, which nobody else should read.....".getBytes(US_ASCII);

  /** The smallest that leaves more behind the window than the run overwrites at once. */
  private static final long SIZE_BYTES = 272L << 20;

  @TempDir Path folder;
  private InstalledImage image;
  private long from;
  private int length;

  @BeforeAll
  static void needsRootAndTools() {
    FirstBootOnImageTest.needsRootAndTools();
  }

  @BeforeEach
  void installOntoAUsedDisk() throws IOException {
    image = new InstalledImage(folder);
    assertThat(image.install(SIZE_BYTES)).isEqualTo(new Ending.Finished());
    try (Disk disk = Disk.open(image.disk()).get();
        RandomAccessFile file = new RandomAccessFile(image.disk().toFile(), "rw")) {
      DiskPartitions.Place root = disk.partitions().root();
      byte[] head = new byte[FilesystemGeometry.HEAD_BYTES];
      file.seek(root.offsetBytes());
      file.readFully(head);
      long windowBytes =
          ((FilesystemGeometry.Known) FilesystemGeometry.read(head)).sizeBytes() + (32 << 20);
      from = root.offsetBytes() + windowBytes;
      length = Math.toIntExact(root.sizeBytes() - windowBytes);
      assertThat(length).isGreaterThan(24 << 20);
      file.seek(from);
      file.write(letters());
    }
  }

  private byte[] letters() {
    byte[] all = new byte[length];
    for (int at = 0; at < length; at += LETTER.length) {
      System.arraycopy(LETTER, 0, all, at, Math.min(LETTER.length, length - at));
    }
    return all;
  }

  private byte[] rest() throws IOException {
    byte[] bytes = new byte[length];
    try (RandomAccessFile file = new RandomAccessFile(image.disk().toFile(), "r")) {
      file.seek(from);
      file.readFully(bytes);
    }
    return bytes;
  }

  private Ending run(BehindWindow rest) throws IOException {
    return image.firstBootWith(rest, (_, _) -> true, Brake.never());
  }

  private String told() throws IOException {
    StringBuilder all = new StringBuilder();
    ImageJournal.read(image.disk())
        .records()
        .forEach(record -> all.append(record.type()).append(record.payload().text()));
    return all.toString();
  }

  /** As an encrypted volume's would be: no letter, and nothing that could be packed. */
  private static boolean isNoise(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    deflater.setInput(bytes);
    deflater.finish();
    byte[] into = new byte[1 << 20];
    long packed = 0;
    while (!deflater.finished()) {
      packed += deflater.deflate(into);
    }
    deflater.end();
    return packed >= bytes.length;
  }

  @Test
  void wipedAsThePolicySaysNothingOfItIsLeftAndItLooksLikeTheVolume() throws IOException {
    assertThat(run(BehindWindow.WIPE)).isEqualTo(new Ending.Finished());
    assertThat(isNoise(rest())).isTrue();
    assertThat(told()).contains("overwritten with random bytes and read back");
  }

  @Test
  void discardedOnAnImageItIsAHoleAndTheJournalPromisesNothing() throws IOException {
    assertThat(run(BehindWindow.DISCARD)).isEqualTo(new Ending.Finished());
    assertThat(Arrays.equals(rest(), new byte[length])).isTrue();
    assertThat(told()).contains("\"how\":\"DISCARD\"", "its own affair");
  }

  @Test
  void keptItStaysAndTheJournalHasNoWordOfIt() throws IOException {
    assertThat(run(BehindWindow.KEEP)).isEqualTo(new Ending.Finished());
    assertThat(Arrays.equals(rest(), letters())).isTrue();
    assertThat(told()).doesNotContain("clear-rest");
  }

  @Test
  void cutOrStoppedInTheMidstTheNextRunWipesItAll() throws IOException {
    boolean[] wiping = new boolean[1];
    Ending stopped =
        image.firstBootWith(
            BehindWindow.WIPE,
            (done, _) -> !wiping[0] || done < (16 << 20),
            state -> {
              wiping[0] = state.phase().getClass().getSimpleName().equals("MovedSegmentWiped");
              return InstalledImage.at("RestCleared").pulled(state);
            });
    assertThat(((Ending.Stopped) stopped).refusal().code()).isEqualTo("ASKED_TO_STOP");
    assertThat(isNoise(Arrays.copyOf(rest(), 16 << 20))).isTrue();
    assertThat(Arrays.copyOfRange(rest(), length - LETTER.length, length))
        .isEqualTo(Arrays.copyOfRange(letters(), length - LETTER.length, length));

    assertThat(
            image.firstBootWith(
                BehindWindow.WIPE, (_, _) -> true, InstalledImage.at("RestCleared")))
        .isInstanceOf(Ending.Stopped.class);
    assertThat(isNoise(rest())).isTrue();
    assertThat(run(BehindWindow.WIPE)).isEqualTo(new Ending.Finished());
    assertThat(isNoise(rest())).isTrue();
  }
}
