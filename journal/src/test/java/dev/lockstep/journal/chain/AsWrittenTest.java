package dev.lockstep.journal.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.record.Sha256;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one reader could take for something else than another is not read at all. */
class AsWrittenTest {
  private static final Sha256 HASH = Sha256.of(new byte[] {1}, 0, 1);
  private static final GenerationOpened OPENED = new GenerationOpened(7, HASH, List.of(), 1);
  private static final GenerationOpened PLAIN = new GenerationOpened(7, HASH, List.of(), 0);
  private static final Checkpoint CHECKPOINT =
      new Checkpoint(7, HASH, HASH, List.of(encoded(record("kept", 1, 3, "{}"))));

  private static JournalRecord record(String type, int version, long sequence, String payload) {
    return new JournalRecord(
        0, sequence, new UUID(1, 2), 3, type, version, Payload.of(payload), HASH);
  }

  private static EncodedRecord encoded(JournalRecord record) {
    return RecordCodec.decode(RecordCodec.encode(record), 0).get();
  }

  private static boolean isRead(String checkpoint) {
    return Checkpoint.read(OPENED, List.of(record(Checkpoint.TYPE, 1, 9, checkpoint))).isRight();
  }

  @Test
  void aCheckpointIsReadAsItWasWritten() {
    assertThat(isRead(CHECKPOINT.payloads().orElseThrow().getFirst().text())).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{`, `{ `",
        "`}`, `} `",
        "`}`, `}\n`",
        "`}`, `}{}`",
        "`]}`, `],\"records\":[]}`",
        "`\"root\"`, `\"r\\u006fot\"`",
        "`=\"`, `\"`",
        "`\"part\":1,\"parts\":1`, `\"parts\":1,\"part\":1`",
        "`\"lastSequence\":7`, `\"lastSequence\":\"7\"`",
      })
  void aCheckpointInOtherWordsIsNone(String written, String otherwise) {
    String payload = CHECKPOINT.payloads().orElseThrow().getFirst().text();
    assertThat(payload).contains(written);
    assertThat(isRead(payload.replace(written, otherwise))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{`, `{ `",
        "`\"lastSequence\":7`, `\"lastSequence\":7.0`",
        "`\"tails\":[]`, `\"tails\":null`",
        "`}`, `,\"checkpoints\":0}`",
      })
  void anOpeningInOtherWordsIsNone(String written, String otherwise) {
    String payload = PLAIN.payload().text();
    JournalRecord as = record(GenerationOpened.TYPE, 1, 8, payload);
    assertThat(GenerationOpened.read(as)).contains(PLAIN);
    assertThat(
            GenerationOpened.read(
                record(GenerationOpened.TYPE, 1, 8, payload.replace(written, otherwise))))
        .isEmpty();
    assertThat(GenerationOpened.read(record(GenerationOpened.TYPE, 2, 8, payload))).isEmpty();
  }
}
