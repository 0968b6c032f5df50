package dev.lockstep.journal.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.Scan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The power goes while one record is on its way: any mixture of old and new 512-byte sectors may be
 * on the medium. What was acknowledged before is always there, the torn record is there whole or
 * not at all, and the next boot goes on.
 */
class TornWriteTest {
  private static final int SECTOR_BYTES = 512;

  /** The file before and after each append; the first one is all zeroes, as preallocated. */
  private static final List<byte[]> STATES = new ArrayList<>();

  private static Path folder;

  @BeforeContainer
  static void recordEachState() throws Exception {
    folder = Files.createTempDirectory("torn-write");
    Path directory = folder.resolve("journal");
    STATES.add(new byte[GenerationLayout.FILE_BYTES]);
    Random random = new Random(3);
    try (Journal journal =
        Journal.create(directory, folder.resolve("scratch"), UUID.randomUUID(), () -> 5)) {
      STATES.add(Files.readAllBytes(directory.resolve("gen000.cq4")));
      for (int record = 1; record < 20; record++) {
        JournalFixture.append(journal, random.nextInt(record == 10 ? 5000 : 1200));
        STATES.add(Files.readAllBytes(directory.resolve("gen000.cq4")));
      }
    }
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    removeAll(folder);
  }

  @Property(tries = 600)
  void whateverSectorsOfTheLastAppendReachTheMediumNothingAcknowledgedIsLost(@ForAll long seed)
      throws Exception {
    Random random = new Random(seed);
    int acknowledged = random.nextInt(STATES.size() - 1);
    byte[] torn = mixture(STATES.get(acknowledged), STATES.get(acknowledged + 1), random);
    Scan scan = JournalFixture.scan(List.of(torn));
    assertThat(scan.located()).hasSizeBetween(acknowledged, acknowledged + 1);
    assertThat(scan.findings())
        .allMatch(
            finding ->
                finding instanceof Finding.TornTail
                    || finding instanceof Finding.TornOrDamaged
                    || finding instanceof Finding.EmptyGeneration
                    || finding instanceof Finding.NoRecord);
    if (seed % 4 == 0) { // it costs a hundred times what the scan does
      nextBootGoesOn(torn, scan);
    }
  }

  private static void nextBootGoesOn(byte[] torn, Scan before) throws Exception {
    Path boot = Files.createTempDirectory(folder, "boot");
    Path directory = Files.createDirectory(boot.resolve("journal"));
    Files.write(directory.resolve("gen000.cq4"), torn);
    try (Journal journal =
        Journal.open(directory, boot.resolve("scratch"), UUID.randomUUID(), () -> 6)) {
      assertThat(journal.past()).isEqualTo(before.records());
      JournalFixture.append(journal, 10);
    }
    Scan after = JournalReader.read(directory);
    assertThat(after.firstDamage()).isEmpty();
    assertThat(after.located()).hasSize(before.located().size() + 2);
    removeAll(boot);
  }

  private static byte[] mixture(byte[] old, byte[] renewed, Random random) {
    byte[] mixed = old.clone();
    for (int sector = 0; sector < mixed.length; sector += SECTOR_BYTES) {
      boolean differs =
          !Arrays.equals(
              old, sector, sector + SECTOR_BYTES, renewed, sector, sector + SECTOR_BYTES);
      if (differs && random.nextBoolean()) {
        System.arraycopy(renewed, sector, mixed, sector, SECTOR_BYTES);
      }
    }
    return mixed;
  }

  private static void removeAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted((a, b) -> b.compareTo(a))
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException failed) {
                  throw new UncheckedIOException(failed);
                }
              });
    }
  }
}
