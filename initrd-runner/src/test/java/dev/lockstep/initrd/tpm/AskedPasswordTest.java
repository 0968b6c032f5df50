package dev.lockstep.initrd.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A password reaches us as it was typed, and nobody sees it on the way. */
class AskedPasswordTest {

  private static final Path AGENT_FOLDER = Path.of("/run/systemd/ask-password");
  private static final Path REPLY = Path.of("/lib/systemd/systemd-reply-password");

  @BeforeAll
  static void needsTheTools() {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-ask-password")), "systemd is needed");
  }

  private static List<String> asking(int patienceSeconds) throws IOException {
    return List.of(
        System.getProperty("java.home") + "/bin/java",
        "@" + Path.of("..", ".mvn", "lockstep-jvm-flags").toRealPath(),
        "-cp",
        System.getProperty("java.class.path"),
        AskingMain.class.getName(),
        Integer.toString(patienceSeconds));
  }

  @Test
  void atATerminalItIsTypedTwiceWithoutEcho() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script (bsdutils) is needed");
    Process terminal =
        new ProcessBuilder("/usr/bin/script", "-qec", String.join(" ", asking(60)), "/dev/null")
            .start();
    StringBuilder seen = new StringBuilder();
    try (BufferedReader screen = terminal.inputReader(StandardCharsets.UTF_8)) {
      for (String typed :
          List.of("short", "not this one", "nor that one", AskingMain.TYPED, AskingMain.TYPED)) {
        readTo(screen, seen, ":");
        Thread.sleep(500); // the echo is turned off after the question: no person is that quick
        terminal.getOutputStream().write((typed + "\n").getBytes(StandardCharsets.US_ASCII));
        terminal.getOutputStream().flush();
      }
      seen.append(screen.readAllAsString());
    }
    assertThat(seen.toString())
        .contains("too short, at least 8", "were not the same", "as typed")
        .doesNotContain(AskingMain.TYPED, "not this one", "short\r");
  }

  /** Waits for a question, which ends so. */
  private static void readTo(BufferedReader screen, StringBuilder seen, String end)
      throws IOException {
    int from = seen.length();
    while (!seen.substring(from).contains(end + " ")) {
      int next = screen.read();
      assertThat(next).as(seen.toString()).isNotNegative();
      seen.append((char) next);
    }
  }

  @Test
  void withoutATerminalAnAgentIsAskedAsPlymouthWouldBe() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "agents are answered by root");
    assumeTrue(Files.isExecutable(REPLY), "systemd-reply-password is needed");
    Process process = withoutTerminal(60);
    List<Path> answered = new ArrayList<>();
    while (process.isAlive() && answered.size() < 2) {
      for (Path question : questions(process)) {
        if (!answered.contains(question)) {
          reply(question);
          answered.add(question);
        }
      }
      Thread.sleep(50);
    }
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("as typed");
  }

  @Test
  void whereNobodyIsThereTheRunGoesOnWithoutWaitingForEver() throws IOException {
    Process process = withoutTerminal(1);
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("Nobody typed a password within 1 s.");
  }

  private static Process withoutTerminal(int patienceSeconds) throws IOException {
    List<String> words = new ArrayList<>(List.of("setsid", "--wait"));
    words.addAll(asking(patienceSeconds));
    return new ProcessBuilder(words).start();
  }

  /** Only those of our own process: another's are not ours to answer. */
  private static List<Path> questions(Process asker) throws IOException {
    List<Path> found = new ArrayList<>();
    if (!Files.isDirectory(AGENT_FOLDER)) {
      return found;
    }
    List<Long> ours = asker.descendants().map(ProcessHandle::pid).toList();
    try (var files = Files.newDirectoryStream(AGENT_FOLDER, "ask.*")) {
      for (Path file : files) {
        if (ours.stream().anyMatch(pid -> field(file, "PID").equals(pid.toString()))) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private static String field(Path question, String name) {
    try {
      return Files.readAllLines(question).stream()
          .filter(line -> line.startsWith(name + "="))
          .map(line -> line.substring(name.length() + 1))
          .findFirst()
          .orElse("");
    } catch (IOException answeredMeanwhile) {
      return "";
    }
  }

  private static void reply(Path question) throws IOException {
    Process reply = new ProcessBuilder(REPLY.toString(), "1", field(question, "Socket")).start();
    reply.getOutputStream().write(AskingMain.TYPED.getBytes(StandardCharsets.US_ASCII));
    reply.getOutputStream().close();
    assertThat(reply.onExit().join().exitValue()).isZero();
  }
}
