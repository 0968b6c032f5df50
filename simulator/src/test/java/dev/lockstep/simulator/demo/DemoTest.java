package dev.lockstep.simulator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.verify.Verification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole story with real tools; then cryptsetup's own word for it, not ours. */
@TestInstance(Lifecycle.PER_CLASS)
class DemoTest {

  private static final String ROOT_TYPE = "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709";
  private static final JsonMapper JSON = new JsonMapper();

  private Path temporary;
  private Path dir;
  private JsonNode result;
  private int exitCode;

  @BeforeAll
  void runTheDemo(@TempDir Path folder) throws IOException {
    temporary = folder;
    assumeTrue("root".equals(System.getProperty("user.name")), "loop devices need root");
    for (String tool : List.of("swtpm", "cryptsetup", "sfdisk", "losetup", "mkfs.ext4", "mcopy")) {
      assumeTrue(isThere(tool), tool + " is not installed");
    }
    dir = temporary.resolve("demo");
    System.setProperty("lockstep.launcher", launcher().toString());
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(told, true, StandardCharsets.UTF_8));
    try {
      exitCode =
          new CommandLine(new DemoCommand((_, _, _) -> 2))
              .execute(
                  "--dir",
                  dir.toString(),
                  "--size",
                  "256M",
                  "--cuts",
                  "3",
                  "--seed",
                  "11",
                  "--json");
    } finally {
      System.setOut(before);
      System.clearProperty("lockstep.launcher");
    }
    result = JSON.readTree(told.toString(StandardCharsets.UTF_8));
  }

  /** As the launcher starts the runner, with the classes of this build. */
  private Path launcher() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve(".mvn"))) {
      root = root.getParent();
    }
    String script =
        """
        #!/bin/sh
        exec unshare --mount --propagation private -- "%s/bin/java" "@%s" -XX:+UseSerialGC \\
          -cp "%s" dev.lockstep.initrd.cli.RunnerMain "$@"
        """
            .formatted(
                System.getProperty("java.home"),
                root.resolve(".mvn/lockstep-jvm-flags"),
                System.getProperty("java.class.path"));
    Path launcher = temporary.resolve("lockstep");
    Files.writeString(launcher, script);
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    return launcher;
  }

  @Test
  void threeCutsLoseNothing() {
    assertThat(exitCode).as(result.path("summary").asText()).isZero();
    assertThat(result.path("cuts").asInt()).isEqualTo(3);
    assertThat(result.path("cutsInConversion").asInt()).isPositive();
    assertThat(result.path("runs").asInt()).isGreaterThanOrEqualTo(5);
    assertThat(result.path("checks")).allMatch(check -> check.path("passed").asBoolean());
  }

  @Test
  void cryptsetupItselfOpensTheVolumeWithTheRecoveryKey() throws IOException {
    String loop = attachRoot();
    try {
      assertThat(
              run(
                  "cryptsetup",
                  "open",
                  "--test-passphrase",
                  "--key-file",
                  dir.resolve("recovery-key").toString(),
                  loop))
          .isEmpty();
      JsonNode metadata =
          JSON.readTree(run("cryptsetup", "luksDump", "--dump-json-metadata", loop));
      assertThat(metadata.path("keyslots")).hasSize(2);
      assertThat(metadata.path("segments")).hasSize(1);
      assertThat(metadata.path("segments").path("0").path("type").asText()).isEqualTo("crypt");
      assertThat(metadata.path("config").path("requirements").path("mandatory")).isEmpty();
      List<String> tokens = new ArrayList<>();
      metadata.path("tokens").forEach(token -> tokens.add(token.path("type").asText()));
      assertThat(tokens).contains("systemd-tpm2", "systemd-recovery");
    } finally {
      run("losetup", "-d", loop);
    }
  }

  private String attachRoot() throws IOException {
    JsonNode table = JSON.readTree(run("sfdisk", "-J", dir.resolve("disk.img").toString()));
    for (JsonNode partition : table.path("partitiontable").path("partitions")) {
      if (partition.path("type").asText().equals(ROOT_TYPE)) {
        return run(
                "losetup",
                "-f",
                "--show",
                "-o",
                String.valueOf(512 * partition.path("start").asLong()),
                "--sizelimit",
                String.valueOf(512 * partition.path("size").asLong()),
                dir.resolve("disk.img").toString())
            .strip();
      }
    }
    throw new AssertionError("no root partition");
  }

  @Test
  void aFlippedByteInTheJournalIsDamage() throws IOException {
    Path copy = Files.createDirectories(temporary.resolve("journal"));
    try (Stream<Path> generations = Files.list(dir.resolve("journal"))) {
      for (Path file : generations.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    assertThat(new Verification(JournalReader.read(copy)).exitCode()).isZero();
    Path first = copy.resolve("gen000.cq4");
    byte[] bytes = Files.readAllBytes(first);
    bytes[700] ^= 1;
    Files.write(first, bytes);

    assertThat(new Verification(JournalReader.read(copy)).exitCode()).isEqualTo(20);
  }

  @Test
  void theFolderHoldsWhatIsPromisedAndNoMore() throws IOException {
    try (Stream<Path> entries = Files.list(dir)) {
      assertThat(entries.map(entry -> entry.getFileName().toString()))
          .containsExactlyInAnyOrder(
              ".lockstep-demo",
              "disk.img",
              "source",
              "recovery-key",
              "tpm",
              "journal",
              "report.html");
    }
    assertThat(Files.getPosixFilePermissions(dir.resolve("recovery-key")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void theReportTellsEachCut() throws IOException {
    String report = Files.readString(dir.resolve("report.html"));
    assertThat(report.split("class=\"bolt\"", -1)).hasSize(4);
    assertThat(report).contains("Nothing was lost").contains("every byte");
  }

  private static boolean isThere(String tool) {
    return Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }

  private static String run(String... command) throws IOException {
    HostTool tool = HostTool.run(List.of(command));
    assertThat(tool.exitCode()).as(String.join(" ", command) + ": " + tool.printed()).isZero();
    return tool.printed();
  }
}
