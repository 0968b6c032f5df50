package dev.lockstep.initrd.cryptsetup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.initrd.syscall.RandomReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Whatever a disk says, reading it ends in a state, and a damaged one is never taken for sound. */
class HostileHeaderTest {
  private static final int HEADER_BYTES = HeaderBuilder.HEADER_BYTES;

  @Property(tries = 300)
  void randomBytesAreNoLuks(@ForAll @Size(max = 40_000) byte[] bytes) throws IOException {
    assertThat(read(bytes)).isInstanceOf(Luks2State.NotLuks.class);
  }

  @Property(tries = 300)
  void randomBytesBehindTheMagicAreNeverSound(@ForAll @Size(min = 8, max = 40_000) byte[] bytes)
      throws IOException {
    byte[] copy = bytes.clone();
    System.arraycopy(HeaderBuilder.converting().build(), 0, copy, 0, 8);
    assertThat(read(copy)).isInstanceOfAny(Luks2State.Damaged.class, Luks2State.NotLuks.class);
  }

  @Property(tries = 1000)
  void aFlippedBitInOneCopyIsMendedByTheOtherOrToldAsDamage(
      @ForAll @IntRange(max = 2 * HEADER_BYTES * 8 - 1) int bit) throws IOException {
    byte[] disk = HeaderBuilder.converting().build();
    disk[bit / 8] ^= (byte) (1 << bit % 8);
    Luks2State state = read(disk);
    boolean magicOfTheFirst = bit < 6 * 8;
    boolean versionOfTheFirst = bit >= 6 * 8 && bit < 8 * 8;
    if (versionOfTheFirst) {
      assertThat(state).isInstanceOf(Luks2State.ForeignConversion.class);
    } else if (magicOfTheFirst) {
      assertThat(state).isInstanceOf(Luks2State.Damaged.class);
    } else {
      assertThat(state).isInstanceOf(Luks2State.Converting.class);
    }
  }

  @Property(tries = 500)
  void flippedBitsInBothCopiesAreDamage(
      @ForAll @IntRange(min = 64, max = HEADER_BYTES * 8 - 1) int first,
      @ForAll @IntRange(max = HEADER_BYTES * 8 - 1) int second)
      throws IOException {
    byte[] disk = HeaderBuilder.converting().build();
    disk[first / 8] ^= (byte) (1 << first % 8);
    disk[HEADER_BYTES + second / 8] ^= (byte) (1 << second % 8);
    // the checksum field's unused end is not covered: a flip there changes nothing
    boolean harmless = isUnusedChecksum(first) || isUnusedChecksum(second);
    assertThat(read(disk))
        .isInstanceOf(harmless ? Luks2State.Converting.class : Luks2State.Damaged.class);
  }

  private static boolean isUnusedChecksum(int bit) {
    return bit / 8 >= 448 + 32 && bit / 8 < 512;
  }

  /** Metadata that is hostile though its checksum fits: each number and text replaced in turn. */
  @Property(tries = 2000)
  void hostileMetadataUnderAGoodChecksumEndsInAState(
      @ForAll @IntRange(max = 10_000) int where, @ForAll("hostile") String value)
      throws IOException {
    String json = HeaderBuilder.converting().json();
    String changed = replaceValue(json, where, value);
    Luks2State state = read(HeaderBuilder.withJson(changed).build());
    assertThat(state.toString()).hasSizeLessThan(20_000);
    if (state instanceof Luks2State.Converting converting) {
      assertThat(converting.windowBytes())
          .isEqualTo(converting.dataBytes() + 2 * converting.shiftBytes());
      assertThat(converting.remainingBytes()).isBetween(0L, converting.dataBytes());
    }
  }

  @Provide
  Arbitrary<String> hostile() {
    return Arbitraries.of(
        "\"9223372036854775807\"",
        "\"9223372036854775808\"",
        "\"-1\"",
        "\"00\"",
        "\"1e9\"",
        "\"\"",
        "\"dynamic\"",
        "\"\\u0000\\u001b[2J\"",
        "\"" + "x".repeat(3000) + "\"",
        "0",
        "-1",
        "99999999999999999999",
        "1.5",
        "null",
        "true",
        "[]",
        "[[\"1\"]]",
        "{}",
        "[".repeat(200) + "]".repeat(200),
        "{\"a\":1,\"a\":2}",
        "");
  }

  /** Replaces the n-th JSON value that follows a colon. */
  private static String replaceValue(String json, int n, String value) {
    int values = (int) json.chars().filter(c -> c == ':').count();
    int wanted = n % values;
    int at = -1;
    for (int i = 0; i <= wanted; i++) {
      at = json.indexOf(':', at + 1);
    }
    int end = at + 1;
    int depth = 0;
    boolean quoted = false;
    while (depth > 0 || quoted || (json.charAt(end) != ',' && json.charAt(end) != '}')) {
      char c = json.charAt(end);
      quoted ^= c == '"';
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      end++;
    }
    return json.substring(0, at + 1) + value + json.substring(end);
  }

  @Test
  void aHugeHeaderSizeReadsNoMoreThanThereIs() throws IOException {
    for (long size : new long[] {0, 1, -1, Long.MAX_VALUE, 5 << 20, 4 << 20, 32 * 1024}) {
      byte[] disk = HeaderBuilder.converting().build();
      ByteBuffer.wrap(disk).putLong(8, size);
      ByteBuffer.wrap(disk).putLong(HEADER_BYTES + 8, size);
      assertThat(read(disk)).isInstanceOf(Luks2State.Damaged.class);
    }
  }

  @Test
  void jsonWithoutAnEndIsDamage() throws IOException {
    byte[] disk = HeaderBuilder.converting().build();
    Arrays.fill(disk, 4096, HEADER_BYTES, (byte) ' ');
    Arrays.fill(disk, HEADER_BYTES + 4096, 2 * HEADER_BYTES, (byte) ' ');
    assertThat(read(disk)).isInstanceOf(Luks2State.Damaged.class);
  }

  @Test
  void twoCopiesOfTheSameNumberThatDifferAreDamage() throws IOException {
    byte[] disk = HeaderBuilder.converting().build();
    byte[] other = HeaderBuilder.withJson(HeaderBuilder.converting().json() + " ").build();
    System.arraycopy(other, HEADER_BYTES, disk, HEADER_BYTES, HEADER_BYTES);
    assertThat(read(disk))
        .isInstanceOfSatisfying(
            Luks2State.Damaged.class, damaged -> assertThat(damaged.reason()).contains("differ"));
  }

  @Test
  void theNewerSoundCopyCounts() throws IOException {
    byte[] disk = HeaderBuilder.converting().build();
    byte[] newer = HeaderBuilder.converting().seqid(8).label("newer").build();
    System.arraycopy(newer, 0, disk, 0, HEADER_BYTES);
    assertThat(label(disk)).isEqualTo("newer");
    disk[5000] ^= 1; // torn while it was written: the older one is back
    assertThat(label(disk)).isEqualTo("");
    System.arraycopy(newer, HEADER_BYTES, disk, HEADER_BYTES, HEADER_BYTES);
    assertThat(label(disk)).isEqualTo("newer");
  }

  private static String label(byte[] disk) throws IOException {
    return ((Luks2State.Converting) read(disk)).header().label();
  }

  @Test
  void aHeaderLeftOverFromAnEarlierVolumeIsNotBelieved() throws IOException {
    byte[] disk = HeaderBuilder.converting().build();
    Arrays.fill(disk, 0, HEADER_BYTES, (byte) 0);
    assertThat(read(disk)).isInstanceOf(Luks2State.Damaged.class);
  }

  @Test
  void whatIsReadIsWhatTheMetadataSays() throws IOException {
    Luks2State.Converting state = (Luks2State.Converting) read(HeaderBuilder.converting().build());
    assertThat(state.windowBytes()).isEqualTo(96L << 20);
    assertThat(state.dataBytes()).isEqualTo(64L << 20);
    assertThat(state.remainingBytes()).isEqualTo(64L << 20);
    assertThat(state.hotzone()).contains(new ByteRange(48L << 20, 16L << 20));
    assertThat(state.movedSegment()).isEqualTo(new ByteRange(80L << 20, 16L << 20));
  }

  @Test
  void eachKindOfForeignConversionIsLeftAlone() throws IOException {
    for (String[] change :
        new String[][] {
          {"online-reencrypt-v2", "online-reencrypt-v3"},
          {"online-reencrypt-v2", "online-reencrypt"},
          {"online-reencrypt-v2", "offline-reencrypt"},
          {"\"backward\"", "\"forward\""},
          {"\"encrypt\"", "\"reencrypt\""},
          {"\"datashift\"", "\"checksum\""},
          {"backup-moved-segment", "backup-other"},
        }) {
      String json = HeaderBuilder.converting().json();
      assertThat(json).contains(change[0]);
      assertThat(read(HeaderBuilder.withJson(json.replace(change[0], change[1])).build()))
          .as(change[1])
          .isInstanceOf(Luks2State.ForeignConversion.class);
    }
  }

  @Test
  void metadataThatContradictsItselfIsDamage() throws IOException {
    for (String[] change :
        new String[][] {
          {"\"mandatory\":[\"online-reencrypt-v2\"]", "\"mandatory\":[]"},
          {"\"iv_tweak\":\"98304\"", "\"iv_tweak\":\"98305\""},
          {"\"offset\":\"67108864\"", "\"offset\":\"67109888\""},
          {"\"size\":\"33554432\"", "\"size\":\"33553920\""},
          {"\"segments\":[\"4\",\"2\"]", "\"segments\":[]"},
        }) {
      String json = HeaderBuilder.converting().json();
      assertThat(json).contains(change[0]);
      assertThat(read(HeaderBuilder.withJson(json.replace(change[0], change[1])).build()))
          .as(change[1])
          .isInstanceOf(Luks2State.Damaged.class);
    }
  }

  @Test
  void aMessageFromADiskIsShortAndPrintable() {
    String hostile = "{\"keyslots\":{\"\\u001b[2J" + "y".repeat(1000) + "\":{}}}";
    assertThatThrownBy(
            () -> {
              ObjectNode tree = Luks2MetadataReader.parse(hostile);
              Luks2MetadataReader.read(tree);
            })
        .isInstanceOf(MalformedMetadataException.class)
        .satisfies(
            e -> {
              assertThat(e.getMessage()).hasSizeLessThan(250);
              assertThat(e.getMessage().getBytes(StandardCharsets.UTF_8)).doesNotContain(0x1b);
            });
  }

  @Test
  void aDeviceThatCanNotBeReadIsAnErrorAndNoState() {
    RandomReader broken =
        new RandomReader() {
          @Override
          public long sizeBytes() {
            return 1 << 30;
          }

          @Override
          public void readFully(long offsetBytes, ByteBuffer target) throws IOException {
            throw new IOException("Input/output error");
          }
        };
    assertThatThrownBy(() -> Luks2State.read(broken)).hasMessage("Input/output error");
  }

  private static Luks2State read(byte[] disk) throws IOException {
    return Luks2State.read(RandomReader.of(disk));
  }
}
