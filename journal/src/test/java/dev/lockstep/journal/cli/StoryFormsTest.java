package dev.lockstep.journal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.journal.event.Encoded;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.EventText;
import dev.lockstep.journal.event.Family;
import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The story of an install and a first boot with one cut and one stop: in text, HTML and CEL. */
class StoryFormsTest {
  private static final String CUT = "the power went here";

  private final EventCodec<InstallIntent, InstallOutcome> install =
      new EventCodec<>(Family.INSTALL);
  private final EventCodec<Intent, Outcome> firstBoot = new EventCodec<>(Family.FIRST_BOOT);
  private final AtomicLong clock = new AtomicLong(1_700_000_000_000L);
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;
  private Path directory;
  private int boots;

  @BeforeEach
  void writeAStory() throws Exception {
    directory = folder.resolve("journal");
    boot(
        install.encode(new Event.Intended<>(new InstallIntent.Wipe(), "NEXT_IN_ORDER")),
        install.encode(new Event.Completed<>(new InstallOutcome.Wiped())),
        install.encode(new Event.Intended<>(new InstallIntent.MakeBoot(), "NEXT_IN_ORDER")));
    boot(started(), intended(new Intent.StageHead()));
    boot(started(), firstBoot.encode(new Event.Stopped<>(Refusal.needsPerson("C", "Stop."))));
    boot(started(), completed(new Outcome.KeysProven()));
  }

  private void boot(Encoded... events) throws Exception {
    Path scratch = folder.resolve("scratch");
    UUID id = new UUID(7, boots);
    try (Journal journal =
        boots++ == 0
            ? Journal.create(directory, scratch, id, clock::get)
            : Journal.open(directory, scratch, id, clock::get)) {
      for (Encoded event : events) {
        clock.addAndGet(1500);
        journal.append(event.type(), event.version(), event.payload());
      }
    }
  }

  private Encoded started() {
    return firstBoot.encode(new Event.BootStarted<>(new UUID(7, boots), "0.1"));
  }

  private Encoded intended(Intent intent) {
    return firstBoot.encode(new Event.Intended<>(intent, "NEXT_IN_ORDER"));
  }

  private Encoded completed(Outcome outcome) {
    return firstBoot.encode(new Event.Completed<>(outcome));
  }

  private int run(String... arguments) {
    return JournalMain.commandLine(new EventText())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void onlyTheBootThatWasCutIsMarkedAndTheNewestMayStillRun() {
    assertThat(run("show", directory.toString())).isZero();
    assertThat(out.toString()).containsOnlyOnce(CUT).contains("record 6 is the last");
  }

  @Test
  void aBootCutBetweenTwoStepsIsMarkedTooUnlessAllWasDone() throws Exception {
    boot(started(), completed(new Outcome.EntryRetired("old")));
    boot(started());
    boot(started());
    assertThat(run("show", directory.toString())).isZero();
    assertThat(out.toString().split(CUT, -1)).hasSize(3);
    assertThat(out.toString()).contains("record 6 is the last").contains("record 12 is the last");
  }

  @Test
  void aCompletedStepSaysHowLongItTook() {
    assertThat(run("show", directory.toString())).isZero();
    assertThat(out.toString().lines().filter(line -> line.endsWith("[1.500 s]")))
        .singleElement()
        .asString()
        .contains("install.completed.wiped");
  }

  @Test
  void thePageSaysBoth() {
    assertThat(run("export", "--format", "html", directory.toString())).isZero();
    assertThat(out.toString()).containsOnlyOnce(CUT).contains("<td class=\"number\">1.500 s</td>");
  }

  @Test
  void celRecordsCanBeCheckedFromTheLogAlone() throws Exception {
    assertThat(run("export", "--format", "cel", directory.toString())).isZero();
    JsonNode log = new ObjectMapper().readTree(out.toString());
    assertThat(log).hasSize(13);
    String previous = "0".repeat(64);
    for (int at = 0; at < log.size(); at++) {
      JsonNode record = log.get(at);
      assertThat(record.path("recnum").asInt(-1)).isEqualTo(at);
      assertThat(record.path("content_type").asText()).isEqualTo("lockstep");
      assertThat(record.has("pcr")).isFalse();
      JsonNode digest = record.path("digests").get(0);
      assertThat(digest.path("hashAlg").asText()).isEqualTo("sha256");
      byte[] hashed =
          Base64.getDecoder().decode(record.path("content").path("hashedBytes").asText());
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(hashed));
      assertThat(digest.path("digest").asText()).isEqualTo(hash);
      assertThat(HexFormat.of().formatHex(hashed, 56, 88)).isEqualTo(previous);
      previous = hash;
    }
    out.getBuffer().setLength(0);
    assertThat(run("export", "--format", "cel", "--since", "99", directory.toString())).isZero();
    assertThat(out.toString().strip()).isEqualTo("[]");
  }

  @Test
  void followPrintsEachRecordOnceAndSeesAnExchange() throws Exception {
    Follow follow = Follow.text(new PrintWriter(out), new EventText(), 0);
    assertThat(follow.sees(JournalReader.read(directory))).isTrue();
    assertThat(follow.sees(JournalReader.read(directory))).isTrue();
    assertThat(out.toString().lines().filter(line -> line.contains(" by the machine's clock")))
        .hasSize(4);
    out.getBuffer().setLength(0);
    boot(started());
    assertThat(follow.sees(JournalReader.read(directory))).isTrue();
    List<String> more = out.toString().lines().toList();
    assertThat(more).hasSize(4);
    assertThat(more.get(0)).contains(CUT);
    assertThat(more.get(1)).startsWith("gen004.cq4");
    assertThat(more.get(3)).contains("first-boot.boot-started");
    Path other = directory;
    boots = 0;
    directory = folder.resolve("other");
    boot(started());
    assertThat(follow.sees(JournalReader.read(directory))).isFalse();
    assertThat(follow.sees(JournalReader.read(other))).isTrue();
  }

  @Test
  void followInJsonHoldsOneObjectARecord() throws Exception {
    Follow follow = Follow.jsonLines(new PrintWriter(out), 11);
    assertThat(follow.sees(JournalReader.read(directory))).isTrue();
    LocatedRecord last = JournalReader.read(directory).located().getLast();
    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(new ObjectMapper().readTree(lines.getLast()).path("hash").asText())
        .isEqualTo(last.hash().toString());
    assertThat(run("show", "--follow", "--format", "html", directory.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--follow").doesNotContain("Exception");
  }
}
