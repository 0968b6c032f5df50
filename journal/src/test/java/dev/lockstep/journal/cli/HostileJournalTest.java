package dev.lockstep.journal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.TinyDisk;
import dev.lockstep.journal.Tries;
import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Journals that were made to hurt whoever reads them. Each is read by verify, show and export in a
 * process with 64 MiB, which must end in time, with the right code and a plain sentence.
 */
class HostileJournalTest {
  private static final int SECONDS = 60;

  /** Held in memory all at once: with some hundred it would not be enough. */
  private static final int FULL_GENERATIONS = 50;

  /** Far more than any of these needs to be told, and less than it would take to fill a disk. */
  private static final long MAX_OUTPUT_BYTES = 16L << 20;

  @TempDir Path folder;
  private Path directory;

  @BeforeEach
  void writeAJournal() throws Exception {
    directory = JournalFixture.write(folder, 3, 3);
  }

  private static final class Audit {
    private final String said;

    Audit(String said) {
      this.said = said;
    }

    /** The same code from verify, show and export, and this among what they said. */
    void ends(int exitCode, String sentence) {
      assertThat(said)
          .contains("=verify " + exitCode, "=show " + exitCode, "=export " + exitCode, sentence);
    }
  }

  private Audit audit(Path journal) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            AuditProcess.class.getName(),
            journal.toString()));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it takes longer than %d s: ".formatted(SECONDS) + head(output));
    }
    assertThat(Files.size(output)).isLessThan(MAX_OUTPUT_BYTES);
    String said = Files.readString(output);
    assertThat(said)
        .as(head(output))
        .doesNotContain("OutOfMemory", "StackOverflow", "Exception", "\tat ", "\u001b[2J");
    assertThat(said.chars().filter(c -> c < ' ' && c != '\n')).as(head(output)).isEmpty();
    return new Audit(said);
  }

  private static String head(Path output) throws IOException {
    String text = Files.readString(output);
    return text.substring(0, Math.min(text.length(), 2000));
  }

  private LocatedRecord lastRecord() throws IOException {
    return JournalReader.read(directory).located().getLast();
  }

  private void overwrite(String name, long at, byte... bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(directory.resolve(name).toFile(), "rw")) {
      file.seek(at);
      file.write(bytes);
    }
  }

  @Test
  void aLengthOfAGibibyteIsNotBelieved() throws Exception {
    LocatedRecord last = lastRecord();
    overwrite("gen001.cq4", last.byteOffset() + 12L, (byte) 0x40, (byte) 0, (byte) 0, (byte) 0);
    overwrite("gen001.cq4", last.byteOffset() - 4L, (byte) 0, (byte) 0, (byte) 0, (byte) 0x40);
    audit(directory).ends(20, "payload length");
  }

  @Test
  void theLongestPayloadInAFileThatEndsBeforeItIsNotRead() throws Exception {
    LocatedRecord last = lastRecord();
    overwrite("gen001.cq4", last.byteOffset() + 12L, (byte) 0, (byte) 1, (byte) 0, (byte) 0);
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve("gen001.cq4").toFile(), "rw")) {
      file.setLength(last.byteOffset() + 200);
    }
    audit(directory).ends(20, "gen001.cq4");
  }

  @Test
  void deeplyNestedJsonUnderRightHashesIsShownAndNotDescendedInto() throws Exception {
    String deep = "[".repeat(Payload.MAX_BYTES);
    String deepObject = "{\"a\":".repeat(Payload.MAX_BYTES / 5);
    String closed = "[".repeat(32_000) + "]".repeat(32_000);
    addGeneration(
        2,
        List.of(
            "test-step", "install.intended.format", "boot-started", "first-boot.completed.sealed"),
        List.of(deep, deepObject, closed));
    audit(directory).ends(0, "sound");
  }

  @Test
  void deeplyNestedJsonInTheJournalsOwnRecordsIsDamage() throws Exception {
    addGeneration(2, List.of("checkpoint"), List.of("[".repeat(Payload.MAX_BYTES)));
    audit(directory).ends(20, "checkpoint");
  }

  @Test
  void controlCharactersInRecordsAndNamesDoNotReachTheTerminal() throws Exception {
    addGeneration(
        2,
        List.of("test-step"),
        List.of("{\"step\":\"\u001b[2J\u0007\r\u009b31m\"}", "\u001b]0;title\u0007 \u202e", "\0"));
    Files.writeString(directory.resolve("\u001b[2Jred\nline"), "x");
    audit(directory).ends(0, "sound");
  }

  @Test
  void tensOfThousandsOfGenerationsAreNoJournal() throws Exception {
    for (int generation = 2; generation < 20_000; generation++) {
      try (RandomAccessFile file =
          new RandomAccessFile(
              directory.resolve(GenerationLayout.fileName(generation)).toFile(), "rw")) {
        file.setLength(GenerationLayout.FILE_BYTES);
      }
    }
    audit(directory).ends(1, "it is not a journal");
  }

  @Test
  void manyFullGenerationsAreReadInLittleMemory() throws Exception {
    for (int generation = 2; generation < FULL_GENERATIONS; generation++) {
      try (RandomAccessFile file =
          new RandomAccessFile(
              directory.resolve(GenerationLayout.fileName(generation)).toFile(), "rw")) {
        file.setLength(GenerationLayout.FILE_BYTES);
        file.seek(GenerationLayout.FILE_BYTES - 1);
        file.write(1);
      }
    }
    audit(directory).ends(20, "gen002.cq4");
  }

  @Test
  void whatIsNoPlainFileUnderAGenerationsNameIsNamedAndNeverOpened() throws Exception {
    Files.createSymbolicLink(directory.resolve("gen002.cq4"), Path.of("/dev/zero"));
    TinyDisk.run("mkfifo", directory.resolve("gen003.cq4").toString());
    Files.createDirectory(directory.resolve("gen004.cq4"));
    if ("root".equals(System.getProperty("user.name"))) {
      TinyDisk.run("mknod", directory.resolve("gen005.cq4").toString(), "c", "1", "5");
    }
    Files.createSymbolicLink(directory.resolve("gen006.cq4"), Path.of("gen006.cq4"));
    audit(directory).ends(20, "gen003.cq4");
  }

  @Test
  void aPipeUnderTheJournalsNameIsNotWaitedFor() throws Exception {
    Path pipe = folder.resolve("pipe");
    TinyDisk.run("mkfifo", pipe.toString());
    audit(pipe).ends(1, "neither a folder, nor a disk");
    audit(Path.of("/dev/zero")).ends(1, "neither a folder, nor a disk");
  }

  @Test
  void aSparseFileOfATerabyteCostsNothing() throws Exception {
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve("gen002.cq4").toFile(), "rw")) {
      file.setLength(1L << 40);
      file.seek(GenerationLayout.FILE_BYTES + 1L);
      file.write(1);
    }
    audit(directory).ends(20, "1099511627776");
  }

  @Test
  void numbersBeyondTheRangeAreForeignAndTheLastNumberIsNot() throws Exception {
    for (String name : List.of("gen10000000.cq4", "gen99999999999999.cq4", "gen0002.cq4")) {
      Files.write(directory.resolve(name), new byte[10]);
    }
    audit(directory).ends(0, "gen10000000.cq4");
    Files.write(directory.resolve("gen9999999.cq4"), new byte[GenerationLayout.FILE_BYTES]);
    audit(directory).ends(20, "gen9999998.cq4");
  }

  @Test
  void aFolderFullOfForeignFilesIsNoJournal() throws Exception {
    for (int file = 0; file < Tries.of(6_000, 100_000); file++) {
      Files.createFile(directory.resolve("foreign-" + file));
    }
    audit(directory).ends(1, "it is not a journal");
  }

  @Test
  void randomBytesAreDamageWhereverTheyLie() throws Exception {
    byte[] bytes = new byte[GenerationLayout.FILE_BYTES];
    new Random(1).nextBytes(bytes);
    Files.write(directory.resolve("gen002.cq4"), bytes);
    audit(directory).ends(20, "gen002.cq4");
    audit(directory.resolve("gen002.cq4")).ends(1, "holds no journal");
  }

  /** A file that is nothing but the beginnings of records. */
  @Test
  void aFileFullOfMagicsIsGivenUpInTime() throws Exception {
    byte[] magics = new byte[GenerationLayout.FILE_BYTES];
    byte[] begin =
        ByteBuffer.allocate(16)
            .put("LKSTPREC".getBytes(UTF_8))
            .putShort((short) 1)
            .putShort((short) 1)
            .putInt(Payload.MAX_BYTES)
            .array();
    for (int at = 0; at < magics.length; at += begin.length) {
      System.arraycopy(begin, 0, magics, at, begin.length);
    }
    Files.write(directory.resolve("gen002.cq4"), magics);
    Files.write(directory.resolve("gen003.cq4"), magics);
    audit(directory).ends(20, "gen002.cq4");
  }

  @Test
  void anImageWhoseExtentTreeNamesItselfIsGivenUpInTime() throws Exception {
    HostileImage image = new HostileImage();
    image.selfNamingTree(HostileImage.JOURNAL_INODE);
    audit(image.write(folder.resolve("image"))).ends(1, "extent tree");
  }

  @Test
  void anImageWithMoreNamesThanAJournalHasIsNotRead() throws Exception {
    HostileImage image = new HostileImage();
    image.generations(150_000);
    audit(image.write(folder.resolve("image"))).ends(1, "4096 files");
  }

  @Test
  void anImageWhoseFileClaimsExbibytesIsReadAsFarAsAGenerationGoes() throws Exception {
    HostileImage image = new HostileImage();
    image.generations(3);
    image.sizeOfFile(Long.MAX_VALUE);
    audit(image.write(folder.resolve("image"))).ends(20, "gen002.cq4");
  }

  /** With all hashes right, as whoever knows the format can. */
  private void addGeneration(int generation, List<String> types, List<String> payloads)
      throws IOException {
    Scan past = JournalReader.read(directory);
    ByteBuffer file =
        ByteBuffer.allocate(GenerationLayout.FILE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.position(GenerationLayout.FIRST_DOCUMENT);
    GenerationOpened opened =
        new GenerationOpened(past.head().lastSequence(), past.head().hash(), past.tails(), 0);
    var head = put(file, generation, past.head(), GenerationOpened.TYPE, opened.payload());
    for (String type : types) {
      for (String payload : payloads) {
        if (file.remaining()
            > GenerationLayout.FILE_BYTES - GenerationLayout.BLOCK_BYTES + 66_000) {
          head = put(file, generation, head, type, Payload.of(payload));
        }
      }
    }
    Files.write(directory.resolve(GenerationLayout.fileName(generation)), file.array());
  }

  private static ChainHead put(
      ByteBuffer file, int generation, ChainHead head, String type, Payload payload) {
    byte[] record =
        RecordCodec.encode(
            new JournalRecord(
                generation, head.nextSequence(), new UUID(1, 2), 5, type, 1, payload, head.hash()));
    file.putInt(record.length).put(record);
    file.position(GenerationLayout.documentAfter(file.position()));
    return head.after(RecordCodec.decode(record, 0).get());
  }
}
