package dev.lockstep.journal;

import dev.lockstep.journal.chain.Ed25519Signer;
import dev.lockstep.journal.chain.HeadSigner;
import dev.lockstep.journal.generation.Compaction;
import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.generation.JournalFailed;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;

/** Keys that are the same in every run, and what whoever can write the file may do to a journal. */
public final class SigningFixture {
  private SigningFixture() {}

  /** A key that its number fixes. */
  public static HeadSigner key(int number) {
    byte[] seed = new byte[Ed25519Signer.SEED_BYTES];
    Arrays.fill(seed, (byte) number);
    return new Ed25519Signer(seed::clone);
  }

  /** The journal in {@code folder/journal}, begun where there is none. */
  public static Journal boot(Path folder, int boot, Compaction compaction) throws JournalFailed {
    Path directory = folder.resolve("journal");
    Path scratch = folder.resolve("scratch");
    return Files.exists(directory)
        ? Journal.open(directory, scratch, new UUID(7, boot), () -> 1_700_000_000_000L, compaction)
        : Journal.create(directory, scratch, new UUID(7, boot), () -> 1_700_000_000_000L);
  }

  /** Takes records off the end, as if they had never been written: {@code last} is the new end. */
  public static void truncate(Path directory, long last) throws IOException {
    for (LocatedRecord record : JournalReader.read(directory).located().reversed()) {
      if (record.sequence() <= last || record.byteOffset() < 0) {
        continue;
      }
      Path file = directory.resolve(GenerationLayout.fileName(record.generation()));
      int document = record.byteOffset() - GenerationLayout.DOCUMENT_HEADER_BYTES;
      if (document == GenerationLayout.FIRST_DOCUMENT) {
        Files.delete(file);
      } else {
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, document, bytes.length, (byte) 0);
        Files.write(file, bytes);
      }
    }
  }

  /** Writes another payload of the same length into a record, with hash and checksum made anew. */
  public static void rewrite(Path directory, LocatedRecord located, byte[] payload)
      throws IOException {
    byte[] changed = RecordCodec.encode(with(located, payload).record());
    Path file = directory.resolve(GenerationLayout.fileName(located.generation()));
    byte[] bytes = Files.readAllBytes(file);
    System.arraycopy(changed, 0, bytes, located.byteOffset(), changed.length);
    Files.write(file, bytes);
  }

  /** The record with another payload, whole in itself. */
  public static LocatedRecord with(LocatedRecord located, byte[] payload) {
    JournalRecord record = located.record();
    JournalRecord changed =
        new JournalRecord(
            record.generation(),
            record.sequence(),
            record.bootId(),
            record.timeMillis(),
            record.type(),
            record.typeVersion(),
            Payload.of(payload),
            record.previousHash());
    return new LocatedRecord(
        RecordCodec.decode(RecordCodec.encode(changed), 0).get(),
        located.generation(),
        located.byteOffset(),
        true);
  }
}
