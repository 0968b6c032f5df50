package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.KeyTest;
import dev.lockstep.initrd.runner.Disk;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.statemachine.machine.Ending;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command, as a person at a terminal runs it, with a key that goes to no file. */
class HandoverOnImageTest {

  private static final Pattern KEY = Pattern.compile("(?:[b-v]{8}-){7}[b-v]{8}");

  @TempDir Path folder;

  @BeforeAll
  static void needsRootAndTools() {
    assumeTrue("root".equals(System.getProperty("user.name")), "loop devices need root");
    assumeTrue(Files.exists(Path.of("/dev/loop-control")), "the kernel has no loop devices");
    assumeTrue(
        List.of("swtpm", "systemd-cryptenroll", "systemd-creds", "script", "openssl").stream()
            .allMatch(tool -> Files.isExecutable(Path.of("/usr/bin", tool))),
        "swtpm, systemd, script (bsdutils) and openssl are needed");
    assumeTrue(
        List.of("/usr/sbin", "/sbin").stream()
            .anyMatch(place -> Files.isExecutable(Path.of(place, "mkfs.ext4"))),
        "e2fsprogs is needed");
  }

  private record Ran(int exitCode, String terminal) {}

  /** Its standard error goes to a file, as where a service manager keeps a log of it. */
  private Ran atATerminal(String options) throws IOException {
    String flags = Path.of("..", ".mvn", "lockstep-jvm-flags").toRealPath().toString();
    String command =
        "%s/bin/java @%s -cp %s dev.lockstep.initrd.cli.RunnerMain firstboot run --disk %s --tpm2-device swtpm:%s --policy %s %s >>%s 2>&1"
            .formatted(
                System.getProperty("java.home"),
                flags,
                System.getProperty("java.class.path"),
                image().disk(),
                folder.resolve("tpm"),
                folder.resolve("policy.toml"),
                options,
                log());
    Process process =
        new ProcessBuilder("/usr/bin/script", "-qec", command, "/dev/null")
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    String seen = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.onExit().join().exitValue(), seen);
  }

  private InstalledImage image() {
    return new InstalledImage(folder);
  }

  private Path log() {
    return folder.resolve("log");
  }

  private boolean opens(byte[] key) throws IOException {
    DiskPartitions.Place root;
    try (Disk disk = Disk.open(image().disk()).get()) {
      root = disk.partitions().root();
    }
    try (LoopDevice loop =
            LoopDevice.attach(
                image().disk(), new LoopDevice.Window(root.offsetBytes(), root.sizeBytes()));
        CryptDevice volume = CryptDevice.open(loop.path()).load();
        Secret secret = Secret.taking(key)) {
      return volume.keyslots().test(secret) instanceof KeyTest.Opens;
    }
  }

  private static String keyShown(Ran ran) {
    Matcher shown = KEY.matcher(ran.terminal());
    assertThat(shown.find()).as(ran.toString()).isTrue();
    return shown.group();
  }

  @Test
  void aKeyThatWasOnlyShownOpensTheVolumeAndNoRunStopsForIt() throws IOException {
    String argument = "rd.lockstep.encrypt=tpm2,recovery=console,qr";
    assertThat(image().install(InstalledImage.SIZE_BYTES, argument))
        .isEqualTo(new Ending.Finished());
    Files.writeString(folder.resolve("policy.toml"), "# the boot entry says it all\n");

    Ran first = atATerminal("--stop-after RecoveryHandedOver");
    assertThat(first.exitCode()).isEqualTo(10);
    Ran second = atATerminal("--stop-after HeaderPlaced");
    assertThat(second.exitCode()).isEqualTo(10);
    Ran last = atATerminal("");
    assertThat(last.exitCode()).as(Files.readString(log())).isZero();

    assertThat(last.terminal()).doesNotContainPattern(KEY);
    String key = keyShown(second);
    assertThat(key).isNotEqualTo(keyShown(first));
    assertThat(opens(key.getBytes(StandardCharsets.US_ASCII))).isTrue();
    assertThat(Files.readString(log())).contains("shown on the console").doesNotContain(key);
    assertThat(Files.readString(image().disk(), StandardCharsets.ISO_8859_1)).doesNotContain(key);
  }

  @Test
  void theOfficeOpensTheVolumeWithWhatLiesBesideTheJournal() throws Exception {
    assertThat(image().install(InstalledImage.SIZE_BYTES)).isEqualTo(new Ending.Finished());
    Path certificate = folder.resolve("office.pem");
    Path privateKey = folder.resolve("office.key");
    openssl(
        "req -x509 -nodes -subj /CN=office -newkey rsa:2048 -keyout %s -out %s"
            .formatted(privateKey, certificate));
    Files.writeString(
        folder.resolve("policy.toml"), "[recovery-key]\nescrow = \"%s\"\n".formatted(certificate));

    assertThat(atATerminal("--stop-after KeysProven").exitCode()).isEqualTo(10);
    Files.delete(certificate); // not needed any more
    Ran last = atATerminal("");
    assertThat(last.exitCode()).as(Files.readString(log())).isZero();

    String disk = Files.readString(image().disk(), StandardCharsets.ISO_8859_1);
    int from = disk.indexOf("-----BEGIN CMS-----");
    String end = "-----END CMS-----\n";
    Path envelope = folder.resolve("envelope");
    Files.writeString(envelope, disk.substring(from, disk.indexOf(end, from) + end.length()));
    byte[] key = openssl("cms -decrypt -inform PEM -in " + envelope + " -inkey " + privateKey);
    assertThat(opens(key)).isTrue();
  }

  private static byte[] openssl(String words) throws IOException {
    Process process =
        new ProcessBuilder(("/usr/bin/openssl " + words).split(" ", -1))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    byte[] out = process.getInputStream().readAllBytes();
    assertThat(process.onExit().join().exitValue()).isZero();
    return out;
  }
}
