package dev.lockstep.journal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.TinyDisk;
import dev.lockstep.journal.anchor.HeaderBytes;
import dev.lockstep.journal.record.Sha256;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.verify.PlainText;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many journals at once, and one against its anchor. */
class VerifyCommandTest {
  @TempDir Path folder;
  private Path fleet;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeJournals() throws Exception {
    fleet = Files.createDirectory(folder.resolve("fleet"));
    for (String host : List.of("host-a", "host-b", "deep/er/host-c")) {
      JournalFixture.write(Files.createDirectories(fleet.resolve(host)), 3, 1);
    }
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    return JournalMain.commandLine(new PlainText())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private List<String> lines() {
    return out.toString().lines().toList();
  }

  private void damage(String host) throws Exception {
    Path file = fleet.resolve(host).resolve("journal/gen000.cq4");
    byte[] bytes = Files.readAllBytes(file);
    bytes[450] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void everyJournalBelowAFolderGetsOneLineAndTheSumIsLast() {
    assertThat(run("verify", fleet.toString())).isZero();
    assertThat(lines()).hasSize(4);
    assertThat(lines().getFirst())
        .startsWith(fleet.resolve("deep/er/host-c/journal") + ": sound: 6 records");
    assertThat(lines().getLast()).isEqualTo("3 journals: 3 sound, 0 damaged, 0 unreadable");
  }

  @Test
  @Timeout(60)
  void oneBadJournalNeverStopsTheRestAndDamageOutweighsTheUnreadable() throws Exception {
    Path pipe = folder.resolve("pipe");
    TinyDisk.run("mkfifo", pipe.toString());
    Path noise = Files.write(folder.resolve("noise.img"), new byte[5000]);
    String missing = folder.resolve("missing").toString();
    assertThat(run("verify", pipe.toString(), missing, noise.toString(), fleet.toString()))
        .isEqualTo(1);
    assertThat(lines().getLast()).isEqualTo("6 journals: 3 sound, 0 damaged, 3 unreadable");
    assertThat(lines().getFirst()).startsWith(pipe + ": unreadable: ");
    damage("host-a");
    assertThat(run("verify", pipe.toString(), missing, noise.toString(), fleet.toString()))
        .isEqualTo(20);
    assertThat(lines().getLast()).isEqualTo("6 journals: 2 sound, 1 damaged, 3 unreadable");
    assertThat(lines().get(4)).contains("host-a").contains("not sound: record 0");
  }

  @Test
  void aJournalWhoseFilesWereRenamedIsNotLeftOutInSilence() throws Exception {
    Path journal = fleet.resolve("host-a/journal");
    for (Path file : JournalReader.files(journal)) {
      Files.move(file, journal.resolve("old-" + file.getFileName()));
    }
    assertThat(run("verify", fleet.toString())).isEqualTo(1);
    assertThat(lines()).anyMatch(line -> line.startsWith(journal + ": unreadable: its *.cq4"));
  }

  @Test
  void aQuotedPatternIsExpanded() {
    assertThat(run("verify", fleet + "/host-*/journal")).isZero();
    assertThat(lines()).hasSize(3);
    assertThat(run("verify", fleet + "/host-[b]/journal", fleet + "/none-*")).isEqualTo(1);
    assertThat(lines().getLast()).isEqualTo("2 journals: 1 sound, 0 damaged, 1 unreadable");
  }

  @Test
  void aDashReadsAListAndEachJournalCountsOnce() {
    String list =
        fleet.resolve("host-a") + "\n\n" + fleet.resolve("host-a/journal") + "\nnowhere\n";
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(list.getBytes(UTF_8)));
    try {
      assertThat(run("verify", "-")).isEqualTo(1);
      assertThat(lines()).hasSize(3);
      System.setIn(new ByteArrayInputStream(new byte[0]));
      assertThat(run("verify", "-")).isEqualTo(2);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void aMachineReadsJsonLinesWithTheSummaryLast() throws Exception {
    damage("host-b");
    assertThat(run("verify", "--json", fleet.toString(), folder.resolve("missing").toString()))
        .isEqualTo(20);
    ObjectMapper json = new ObjectMapper();
    JsonNode damaged = json.readTree(lines().get(2));
    assertThat(damaged.path("journal").asText()).endsWith("host-b/journal");
    assertThat(damaged.path("sound").asBoolean(true)).isFalse();
    assertThat(damaged.path("firstDamage").path("sequence").asLong(-1)).isZero();
    assertThat(json.readTree(lines().get(3)).path("readable").asBoolean(true)).isFalse();
    assertThat(json.readTree(lines().getLast()).toString())
        .isEqualTo(
            "{\"kind\":\"summary\",\"journals\":4,\"sound\":2,\"damaged\":1,\"unreadable\":1,\"exitCode\":20}");
  }

  @Test
  void manyJournalsArePrintedInOrder() throws Exception {
    String[] arguments = new String[201];
    arguments[0] = "verify";
    for (int at = 1; at < arguments.length; at++) {
      arguments[at] = folder.resolve("missing-%03d".formatted(at)).toString();
    }
    assertThat(run(arguments)).isEqualTo(1);
    assertThat(lines().subList(0, 200)).isSorted().hasSize(200);
  }

  @Test
  void theAnchoredJournalIsToldFromOneCutShort() throws Exception {
    Path journal = fleet.resolve("host-a/journal");
    Sha256 head = JournalReader.read(journal).located().get(4).hash();
    Path header = Files.write(folder.resolve("header"), HeaderBytes.anchoredTo(head));
    assertThat(run("verify", "--anchor", header.toString(), journal.toString())).isZero();
    assertThat(out.toString())
        .contains("the LUKS2 header names record 4")
        .contains("1 records follow it")
        .contains("an anchor proves");
    Files.delete(journal.resolve("gen001.cq4"));
    assertThat(run("verify", journal.toString())).isZero();
    assertThat(run("verify", "--anchor", header.toString(), journal.toString())).isEqualTo(20);
    assertThat(out.toString()).contains("the journal was cut short, or is another disk's");
    assertThat(run("verify", "--json", "--anchor", header.toString(), journal.toString()))
        .isEqualTo(20);
    JsonNode anchor = new ObjectMapper().readTree(out.toString()).path("anchor");
    assertThat(anchor.path("state").asText()).isEqualTo("missing");
    assertThat(anchor.path("hash").asText()).isEqualTo(head.toString());
  }

  @Test
  void anAnchorThatCantBeReadIsNoProof() throws Exception {
    String journal = fleet.resolve("host-a/journal").toString();
    assertThat(run("verify", "--anchor", folder.resolve("none").toString(), journal)).isEqualTo(1);
    assertThat(out.toString()).contains("sound: 6").contains("the anchor could not be checked");
    damage("host-a");
    assertThat(run("verify", "--anchor", folder.resolve("none").toString(), journal)).isEqualTo(20);
    assertThat(run("verify", "--anchor", "x", journal, fleet.toString())).isEqualTo(2);
  }
}
