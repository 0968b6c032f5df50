package dev.lockstep.initrd.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.Family;
import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.statemachine.firstboot.FirstBoot;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A first boot that a newer runner went on with, and then this one is started again. */
class LaterJournalTest {
  @TempDir private Path folder;

  private Path journal() {
    return folder.resolve("journal");
  }

  private void begunWith(String type, int version, String payload) throws Exception {
    try (Journal journal =
        Journal.create(journal(), folder.resolve("scratch"), new UUID(1, 2), () -> 3)) {
      journal.append(type, version, payload.getBytes(StandardCharsets.UTF_8));
    }
  }

  private JournalEvents<Intent, Outcome> runner() {
    return new JournalEvents<>(
        "of this disk",
        journal(),
        folder.resolve("scratch"),
        new UUID(3, 4),
        new EventCodec<>(Family.FIRST_BOOT),
        new FirstBoot(),
        () -> {
          throw new AssertionError("nothing is to be written");
        });
  }

  private void isRefused(String sentence) throws Exception {
    byte[] before = Files.readAllBytes(journal().resolve("gen000.cq4"));
    try (JournalEvents<Intent, Outcome> runner = runner()) {
      assertThatThrownBy(runner::past)
          .isInstanceOf(JournalEvents.Damaged.class)
          .hasMessageContaining("The journal of this disk can't be followed")
          .hasMessageContaining(sentence)
          .hasMessageContaining("Nothing was written");
    }
    assertThat(Files.readAllBytes(journal().resolve("gen000.cq4"))).isEqualTo(before);
    try (var files = Files.list(journal())) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aLaterVersionOfATypeIsRefused() throws Exception {
    begunWith("first-boot.completed.header-placed", 2, "{}");
    isRefused("version 2 is newer");
  }

  @Test
  void aTypeThatIsNotKnownIsRefused() throws Exception {
    begunWith("first-boot.intended.rotate-key", 1, "{\"because\":\"x\",\"intent\":{}}");
    isRefused("does not fit its type");
  }

  @Test
  void aFieldThatIsNotKnownIsRefused() throws Exception {
    begunWith("first-boot.completed.header-placed", 1, "{\"outcome\":{\"copies\":2}}");
    isRefused("knows no field copies");
  }

  @Test
  void aLaterFormatIsRefused() throws Exception {
    begunWith("first-boot.completed.header-placed", 1, "{\"outcome\":{}}");
    Path file = journal().resolve("gen000.cq4");
    byte[] bytes = Files.readAllBytes(file);
    List<LocatedRecord> records = JournalReader.read(journal()).located();
    records.forEach(record -> ByteBuffer.wrap(bytes).putShort(record.byteOffset() + 8, (short) 2));
    Files.write(file, bytes);
    isRefused("format version 2");
  }

  @Test
  void whatThisRunnerWroteItselfIsFollowed() throws Exception {
    begunWith("first-boot.completed.header-placed", 1, "{\"outcome\":{}}");
    try (JournalEvents<Intent, Outcome> runner = runner()) {
      assertThat(runner.past()).hasSize(1);
    }
  }
}
