package dev.lockstep.journal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.verify.PlainText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalMainTest {
  @TempDir Path folder;
  private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeAJournal() throws Exception {
    directory = JournalFixture.write(folder, 3, 2);
  }

  private int run(String... arguments) {
    return JournalMain.commandLine(new PlainText())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private void flip(int generation, int offset) throws Exception {
    Path file = directory.resolve("gen%03d.cq4".formatted(generation));
    byte[] bytes = Files.readAllBytes(file);
    bytes[offset] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void aSoundJournalVerifiesAsZero() {
    assertThat(run("verify", directory.toString())).isZero();
    assertThat(out.toString()).startsWith("sound: 7 records in 2 boots; the last is 6");
  }

  @Test
  void aFlippedByteMakesVerifyExitTwentyAndNameTheRecord() throws Exception {
    LocatedRecord target = JournalReader.read(directory).located().get(5);
    flip(1, target.byteOffset() + 91);
    assertThat(run("verify", directory.toString())).isEqualTo(20);
    assertThat(out.toString())
        .startsWith("not sound: record 5 (gen001.cq4, byte %d)".formatted(target.byteOffset()))
        .contains("records 0 to 4 are whole and chained")
        .contains("behind it lie 1 whole records");
  }

  @Test
  void theVerdictIsOneJsonObject() throws Exception {
    flip(0, JournalReader.read(directory).located().get(2).byteOffset());
    assertThat(run("verify", "--json", directory.toString())).isEqualTo(20);
    JsonNode verdict = new ObjectMapper().readTree(out.toString());
    assertThat(verdict.path("sound").asBoolean(true)).isFalse();
    assertThat(verdict.path("firstDamage").path("sequence").asLong()).isEqualTo(2);
    assertThat(verdict.path("behind")).hasSize(4);
  }

  @Test
  void theStoryIsToldBootByBoot() {
    assertThat(run("show", directory.toString())).isZero();
    assertThat(out.toString())
        .contains("gen000.cq4  boot 00000000-0000-0007-0000-000000000000")
        .contains("the journal begins")
        .contains("gen001.cq4  boot 00000000-0000-0007-0000-000000000001")
        .contains("follows record 3")
        .doesNotContain("\u001b");
  }

  @Test
  void sinceLeavesOutWhatWasBefore() {
    assertThat(run("export", "--since", "5", directory.toString())).isZero();
    assertThat(out.toString().lines()).hasSize(2).allMatch(line -> line.contains("test-step"));
  }

  @Test
  void anExportedLineHoldsTheWholeRecord() throws Exception {
    assertThat(run("export", "--json", directory.toString())).isZero();
    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(7);
    LocatedRecord last = JournalReader.read(directory).located().getLast();
    JsonNode line = new ObjectMapper().readTree(lines.getLast());
    assertThat(line.path("hash").asText()).isEqualTo(last.hash().toString());
    assertThat(line.path("byteOffset").asInt()).isEqualTo(last.byteOffset());
    assertThat(line.path("payload").path("step").asText()).startsWith("sss");
  }

  @Test
  void aHostilePayloadReachesNeitherTheTerminalNorThePageAsItIs() throws Exception {
    try (Journal journal =
        Journal.open(directory, folder.resolve("scratch"), UUID.randomUUID(), () -> 0)) {
      journal.append("x", 1, "\u001b[2J<script>alert('1')</script>\u202e&".getBytes(UTF_8));
    }
    assertThat(run("show", directory.toString())).isZero();
    assertThat(out.toString()).doesNotContain("\u001b").doesNotContain("\u202e");
    out.getBuffer().setLength(0);
    assertThat(run("export", "--format", "html", directory.toString())).isZero();
    assertThat(out.toString())
        .doesNotContain("<script")
        .doesNotContain("\u001b")
        .contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;")
        .endsWith("</html>\n");
  }

  @Test
  void aWrongPathIsAWordAndExitTwo() throws Exception {
    assertThat(run("verify", folder.resolve("nowhere").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("nowhere is not there");
    assertThat(run("verify", Files.createDirectory(folder.resolve("empty")).toString()))
        .isEqualTo(2);
    assertThat(run()).isEqualTo(2);
  }

  @Test
  void nothingIsWrittenWhileReading() throws Exception {
    Path file = directory.resolve("gen000.cq4");
    List<byte[]> before = JournalFixture.bytes(directory);
    var modified = Files.getLastModifiedTime(file);
    assertThat(run("verify", directory.toString())).isZero();
    assertThat(run("show", directory.toString())).isZero();
    assertThat(JournalFixture.bytes(directory)).usingRecursiveComparison().isEqualTo(before);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(modified);
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void noColorIsObeyedAndSoIsAPipe() {
    assertThat(Colours.forThisTerminal(null, Map.of()).wanted()).isFalse();
    assertThat(new Colours(true).damage("x")).isEqualTo("\u001b[31mx\u001b[0m");
    assertThat(new Colours(false).damage("x")).isEqualTo("x");
  }
}
