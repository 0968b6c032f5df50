package dev.lockstep.statemachine.geometry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The heads were made by mkfs.ext4 1.47.0, mkfs.xfs 6.1.0 and mkfs.btrfs 6.2. */
class FilesystemGeometryTest {
  private static final String EXT4 = "ext4-64MiB";
  private static final String XFS = "xfs-400MiB";
  private static final String BTRFS = "btrfs-300MiB";
  private static final long MIB = 1024 * 1024;

  @Test
  void realFilesystemsTellWhereTheyEnd() {
    assertKnown(EXT4, "ext4", 64 * MIB, 3);
    assertKnown(XFS, "xfs", 400 * MIB, 1);
    assertKnown(BTRFS, "btrfs", 300 * MIB, 2);
    assertThat(((Ext4Geometry) read(EXT4)).state()).isEqualTo(Ext4Geometry.State.CLEAN);
  }

  @Test
  void theEndIsHeldAgainstTheReserve() {
    FilesystemGeometry.Known known = (FilesystemGeometry.Known) read(EXT4);
    assertThat(known.endsBy(64 * MIB)).isTrue();
    assertThat(known.endsBy(64 * MIB - 1)).isFalse();
  }

  @Test
  void onlyASuperblockThatNoLogCanBelieOtherwiseTellsTheEndForSure() {
    assertThat(((FilesystemGeometry.Known) read(EXT4)).doubtAboutEnd()).isEmpty();
    assertThat(((FilesystemGeometry.Known) read(BTRFS)).doubtAboutEnd()).isEmpty();
    assertThat(((FilesystemGeometry.Known) read(XFS)).doubtAboutEnd()).isNotEmpty();
    Ext4Geometry clean = (Ext4Geometry) read(EXT4);
    for (Ext4Geometry.State state : Ext4Geometry.State.values()) {
      Ext4Geometry left =
          new Ext4Geometry(clean.sizeBytes(), clean.blockBytes(), clean.uuid(), state);
      assertThat(left.doubtAboutEnd().isEmpty()).isEqualTo(state == Ext4Geometry.State.CLEAN);
    }
  }

  @Test
  void anyOneFlippedBitOfASuperblockIsNoticed() {
    // Left out: the very bits that say whether, and how, there is a checksum, and what mkfs leaves
    // unused of btrfs' checksum.
    assertEveryFlipIsNoticed(EXT4, 1024, 1024, at -> at == 0x65);
    assertEveryFlipIsNoticed(XFS, 0, 512, at -> at == 101);
    assertEveryFlipIsNoticed(
        BTRFS, 64 * 1024, 4096, at -> at == 0xC4 || at == 0xC5 || (at >= 4 && at < 32));
  }

  @Property
  void anyBytesAreReadWithoutAnException(@ForAll byte[] bytes) {
    assertThat(FilesystemGeometry.read(bytes)).isNotNull();
  }

  @Property(tries = 200)
  void aHeadCutShortIsReadWithoutAnException(@ForAll @IntRange(max = 68 * 1024) int length) {
    for (String name : new String[] {EXT4, XFS, BTRFS}) {
      assertThat(FilesystemGeometry.read(Arrays.copyOf(head(name), length))).isNotNull();
    }
  }

  @Test
  void twoSuperblocksAtOnceAreRefused() {
    byte[] both = head(BTRFS);
    System.arraycopy(head(EXT4), 1024, both, 1024, 1024);
    assertThat(FilesystemGeometry.read(both))
        .isInstanceOfSatisfying(
            FilesystemGeometry.Unknown.class,
            unknown -> assertThat(unknown.reason()).contains("more than one kind"));
  }

  @Test
  void aLuksHeaderIsNoFilesystem() {
    byte[] luks = head(EXT4);
    System.arraycopy(new byte[] {'L', 'U', 'K', 'S', (byte) 0xBA, (byte) 0xBE}, 0, luks, 0, 6);
    assertThat(FilesystemGeometry.read(luks))
        .isEqualTo(new FilesystemGeometry.Unknown("it starts with a LUKS header"));
  }

  private static void assertKnown(String name, String type, long sizeBytes, int uuidTail) {
    assertThat(read(name))
        .isInstanceOfSatisfying(
            FilesystemGeometry.Known.class,
            known -> {
              assertThat(known.type()).isEqualTo(type);
              assertThat(known.sizeBytes()).isEqualTo(sizeBytes);
              assertThat(known.blockBytes()).isEqualTo(4096);
              assertThat(known.smallestTransferBytes()).isEqualTo(type.equals("xfs") ? 512 : 4096);
              assertThat(known.uuid())
                  .isEqualTo(UUID.fromString("aaaaaaaa-0000-4000-8000-00000000000" + uuidTail));
            });
  }

  private static void assertEveryFlipIsNoticed(
      String name, int start, int length, IntPredicate leftOut) {
    byte[] head = head(name);
    for (int at = 0; at < length; at++) {
      for (int bit = 0; bit < Byte.SIZE && !leftOut.test(at); bit++) {
        head[start + at] ^= (byte) (1 << bit);
        assertThat(FilesystemGeometry.read(head))
            .as("%s, byte %d, bit %d", name, at, bit)
            .isInstanceOf(FilesystemGeometry.Unknown.class);
        head[start + at] ^= (byte) (1 << bit);
      }
    }
  }

  private static FilesystemGeometry read(String name) {
    return FilesystemGeometry.read(head(name));
  }

  private static byte[] head(String name) {
    try (InputStream resource =
            FilesystemGeometryTest.class.getResourceAsStream("/superblocks/" + name + ".gz");
        InputStream plain = new GZIPInputStream(resource)) {
      return plain.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
