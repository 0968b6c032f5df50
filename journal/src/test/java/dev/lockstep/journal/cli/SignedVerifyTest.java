package dev.lockstep.journal.cli;

import static dev.lockstep.journal.SigningFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.SigningFixture;
import dev.lockstep.journal.anchor.HeaderBytes;
import dev.lockstep.journal.anchor.HeaderKeys;
import dev.lockstep.journal.chain.Ed25519Key;
import dev.lockstep.journal.generation.Compaction;
import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.generation.Retention;
import dev.lockstep.journal.record.Sha256;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.verify.PlainText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an auditor asks about signatures, on the command line. */
class SignedVerifyTest {
  private static final Ed25519Key KEY = key(1).publicKey();
  private static final Ed25519Key OTHER = key(2).publicKey();

  @TempDir Path folder;
  private Path journal;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Records 0 to 6: opened, step, signed, step, signed, step, step. */
  @BeforeEach
  void writeJournal() throws Exception {
    journal = folder.resolve("journal");
    try (Journal open = SigningFixture.boot(folder, 0, Compaction.keeping(Retention.EVERYTHING))) {
      for (int step = 0; step < 2; step++) {
        JournalFixture.append(open, 10);
        assertThat(open.signHead(key(1))).isPresent();
      }
      JournalFixture.append(open, 10);
      JournalFixture.append(open, 10);
    }
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return JournalMain.commandLine(new PlainText())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private int verify(String option, Object value) {
    return run("verify", option, value.toString(), journal.toString());
  }

  private Path kept() throws Exception {
    assertThat(run("verify", "--json", journal.toString())).isZero();
    return Files.writeString(folder.resolve("kept.json"), out.toString());
  }

  private Path file(String content) throws Exception {
    return Files.writeString(folder.resolve("file"), content);
  }

  @Test
  void theVerdictSaysUpToWhereItIsSignedAndByWhom() throws Exception {
    assertThat(run("verify", journal.toString())).isZero();
    assertThat(out.toString())
        .contains("signed up to record 3 by key " + KEY.hex().substring(0, 16) + "…")
        .contains("2 records behind it could be taken off unseen");
    JsonNode verdict = new ObjectMapper().readTree(Files.readString(kept()));
    assertThat(verdict.path("signedHead").path("sequence").asLong()).isEqualTo(3);
    assertThat(verdict.path("signedHead").path("publicKey").asText()).isEqualTo(KEY.hex());
    assertThat(verdict.path("recordsBehindSignedHead").asLong()).isEqualTo(2);
    Path plain = JournalFixture.write(Files.createDirectory(folder.resolve("plain")), 1);
    assertThat(run("verify", plain.toString())).isZero();
    assertThat(out.toString()).contains("not signed");
  }

  @Test
  void whatWasTakenOffBelowAKeptSignedHeadIsSeen() throws Exception {
    Path kept = kept();
    assertThat(verify("--signed-head", kept)).isZero();
    assertThat(out.toString()).contains("the statement holds").contains("3 records behind it");
    SigningFixture.truncate(journal, 4);
    assertThat(verify("--signed-head", kept)).isZero(); // behind the statement: nobody can tell
    SigningFixture.truncate(journal, 2);
    assertThat(run("verify", journal.toString())).isZero();
    assertThat(verify("--signed-head", kept)).isEqualTo(20);
    assertThat(out.toString()).contains("1 records were taken off");
    assertThat(run("verify", "--json", "--signed-head", kept.toString(), journal.toString()))
        .isEqualTo(20);
    JsonNode statement = new ObjectMapper().readTree(out.toString()).path("statement");
    assertThat(statement.path("state").asText()).isEqualTo("taken-off");
    assertThat(statement.path("held").asBoolean(true)).isFalse();
  }

  @Test
  void theStatementAloneIsAsGoodAsTheWholeVerdict() throws Exception {
    JsonNode verdict = new ObjectMapper().readTree(Files.readString(kept()));
    assertThat(verify("--signed-head", file(verdict.path("signedHead").toString()))).isZero();
  }

  @Test
  void aStatementThatIsItselfBadIsWrongUsageInOneSentence() throws Exception {
    String good = new ObjectMapper().readTree(Files.readString(kept())).path("signedHead") + "";
    badStatement(good.replace("\"sequence\":3", "\"sequence\":2"), "is itself bad");
    badStatement(good.replace(KEY.hex(), OTHER.hex()), "is itself bad");
    badStatement(good.substring(3), "is no JSON object");
    badStatement("", "is no signed head");
    badStatement("[1]", "is no signed head");
    badStatement(good.replace("\"root\":\"", "\"root\":\"00"), "is no signed head");
    assertThat(verify("--signed-head", folder.resolve("missing"))).isEqualTo(2);
    assertThat(err.toString()).contains("is not there").hasLineCount(1);
    assertThat(verify("--signed-head", folder)).isEqualTo(2);
    assertThat(run("verify", "--signed-head", "x", journal.toString(), folder.toString()))
        .isEqualTo(2);
  }

  private void badStatement(String content, String why) throws Exception {
    assertThat(verify("--signed-head", file(content))).as(content).isEqualTo(2);
    assertThat(err.toString()).contains(why).hasLineCount(1);
  }

  @Test
  void anotherKeyThanTheOneAskedForIsNotBelieved() throws Exception {
    assertThat(verify("--public-key", KEY)).isZero();
    assertThat(verify("--public-key", file("# fleet\n" + OTHER + "\n\n" + KEY + "\n"))).isZero();
    assertThat(verify("--public-key", OTHER)).isEqualTo(20);
    assertThat(out.toString()).contains("not sound: the last signed head is by key " + KEY);
    assertThat(verify("--public-key", file(OTHER.hex()))).isEqualTo(20);
    SigningFixture.truncate(journal, 1);
    assertThat(verify("--public-key", KEY)).isEqualTo(20);
    assertThat(out.toString()).contains("no signed head is in this journal");
  }

  @Test
  void aPublicKeyThatIsNoneIsWrongUsageInOneSentence() throws Exception {
    badKey(KEY.hex().substring(1), "no file that can be read");
    badKey(file("").toString(), "names no public key");
    badKey(file("# " + KEY).toString(), "names no public key");
    badKey(file(KEY + "\n" + KEY + "0").toString(), "line 2 of");
    badKey(folder.toString(), "no file that can be read");
    badKey("\0", "64 hexadecimal digits");
  }

  private void badKey(String key, String why) {
    assertThat(verify("--public-key", key)).as(key).isEqualTo(2);
    assertThat(err.toString()).contains(why).hasLineCount(1);
  }

  @Test
  void aFleetIsHeldAgainstAnyOfTheKeys() throws Exception {
    Path plain = JournalFixture.write(Files.createDirectory(folder.resolve("plain")), 1);
    assertThat(run("verify", folder.toString())).isZero();
    assertThat(out.toString()).contains("; signed up to record 3 by key").contains("; not signed");
    assertThat(run("verify", "--public-key", KEY.hex(), folder.toString())).isEqualTo(20);
    assertThat(out.toString())
        .contains(plain + ": not sound: no signed head")
        .contains("2 journals: 1 sound, 1 damaged, 0 unreadable");
    assertThat(run("verify", "--json", "--public-key", KEY.hex(), folder.toString())).isEqualTo(20);
    JsonNode first = new ObjectMapper().readTree(out.toString().lines().findFirst().orElseThrow());
    assertThat(first.path("signedHead").path("sequence").asLong()).isEqualTo(3);
  }

  @Test
  void theKeyThatTheVolumesHeaderNamesMustHaveSignedLast() throws Exception {
    Sha256 head = JournalReader.read(journal).located().get(3).hash();
    assertThat(verify("--anchor", header(head, KEY))).isZero();
    assertThat(out.toString()).contains("names record 3");
    assertThat(verify("--anchor", header(head, OTHER))).isEqualTo(20);
    assertThat(out.toString()).contains("signed by another key than the header names");
    assertThat(run("verify", "--json", "--anchor", header(head, OTHER), journal.toString()))
        .isEqualTo(20);
    JsonNode anchor = new ObjectMapper().readTree(out.toString()).path("anchor");
    assertThat(anchor.path("state").asText()).isEqualTo("other-key");
    assertThat(anchor.path("namedKeys").get(0).asText()).isEqualTo(OTHER.hex());
    SigningFixture.truncate(journal, 1);
    assertThat(verify("--anchor", header(head, KEY))).isEqualTo(20);
    assertThat(out.toString()).contains("they were taken out");
  }

  @Test
  void aKeyTokenThatHoldsNoKeyIsNoProof() throws Exception {
    Sha256 head = JournalReader.read(journal).located().get(3).hash();
    Path header = Path.of(header(head, KEY));
    Files.write(
        header,
        HeaderBytes.withTokens(
            "{\"1\":%s}".formatted(HeaderKeys.token(KEY).replace(KEY.hex(), "short"))));
    assertThat(verify("--anchor", header)).isEqualTo(1);
    assertThat(out.toString()).contains("holds no Ed25519 public key");
  }

  private String header(Sha256 head, Ed25519Key named) throws Exception {
    String tokens =
        "{\"0\":{\"type\":\"lockstep-journal\",\"keyslots\":[],\"head\":\"%s\"},\"1\":%s}"
            .formatted(head, HeaderKeys.token(named));
    return Files.write(folder.resolve("header"), HeaderBytes.withTokens(tokens)).toString();
  }

  @Test
  void aSignedHeadIsToldInOneShortLineAndIsInEveryExport() {
    assertThat(run("show", journal.toString())).isZero();
    assertThat(out.toString().lines().filter(line -> line.contains("signed-head")))
        .hasSize(2)
        .allMatch(line -> line.endsWith("signed up to here by key " + KEY.abbreviated()));
    for (String format : new String[] {"text", "html", "jsonl", "cel"}) {
      assertThat(run("export", "--format", format, journal.toString())).as(format).isZero();
      assertThat(out.toString()).as(format).contains("signed-head");
    }
  }
}
