package dev.lockstep.initrd.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An escrow copy is what openssl opens with the office's private key, and nobody without it. */
class EscrowTest {

  private static final String KEY = "cccccccc-dddddddd-eeeeeeee-ffffffff";

  @TempDir Path folder;
  private final BootInMemory boot = new BootInMemory();

  @BeforeAll
  static void needsOpenssl() {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is needed");
  }

  private static byte[] openssl(List<String> words) throws IOException {
    List<String> command = new ArrayList<>(List.of("/usr/bin/openssl"));
    command.addAll(words);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    byte[] out = process.getInputStream().readAllBytes();
    assertThat(process.onExit().join().exitValue()).as(command.toString()).isZero();
    return out;
  }

  private Path certificate(String name, String... key) throws IOException {
    Path file = folder.resolve(name + ".pem");
    List<String> words = new ArrayList<>(List.of("req", "-x509", "-nodes", "-days", "1"));
    words.addAll(List.of("-subj", "/O=Office ü/CN=" + name, "-utf8"));
    words.addAll(List.of("-keyout", folder.resolve(name + ".key").toString()));
    words.addAll(List.of("-out", file.toString(), "-newkey"));
    words.addAll(List.of(key));
    byte[] _ = openssl(words);
    return file;
  }

  private static Secret key() throws IOException {
    return Secret.taking(KEY.getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @CsvSource({"rsa:2048", "rsa:3072", "rsa:4096"})
  void opensslOpensItWithTheOfficesKey(String type) throws IOException {
    Escrow escrow = new Escrow(certificate("office", type), boot);
    assertThat(escrow.objection()).isEmpty();
    try (Secret key = key()) {
      assertThat(escrow.take(key)).contains("escrow lockstep/recovery-key.cms", "SHA-256");
    }

    byte[] written = boot.files.get("lockstep/recovery-key.cms");
    assertThat(new String(written, StandardCharsets.ISO_8859_1)).doesNotContain("cccc");
    Path file = Files.write(folder.resolve("escrow"), written);
    byte[] opened =
        openssl(
            List.of(
                "cms",
                "-decrypt",
                "-inform",
                "PEM",
                "-in",
                file.toString(),
                "-inkey",
                folder.resolve("office.key").toString()));
    assertThat(new String(opened, StandardCharsets.US_ASCII)).isEqualTo(KEY);
    assertThat(boot.synced).contains("lockstep/recovery-key.cms");
  }

  @Test
  void noTwoEnvelopesOfOneKeyAreAlike() throws IOException {
    Escrow escrow = new Escrow(certificate("office", "rsa:2048"), boot);
    try (Secret key = key()) {
      String _ = escrow.take(key);
      byte[] first = boot.files.get(Escrow.FILE);
      String _ = escrow.take(key);
      assertThat(boot.files.get(Escrow.FILE)).isNotEqualTo(first);
    }
  }

  @Test
  void whatCannotBeEncryptedToIsRefusedBeforeAnythingIsWritten() throws IOException {
    Path good = certificate("office", "rsa:2048");
    Path weak = certificate("weak", "rsa:1024");
    Path curve = certificate("curve", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
    Path two = folder.resolve("two.pem");
    Files.writeString(two, Files.readString(good) + Files.readString(weak));
    Path empty = Files.createFile(folder.resolve("empty.pem"));
    Path huge = Files.write(folder.resolve("huge.pem"), new byte[100_000]);

    assertThat(objection(weak)).contains("must have an RSA key of 2048");
    assertThat(objection(curve)).contains("must have an RSA key");
    assertThat(objection(two)).contains("exactly one");
    assertThat(objection(empty)).contains("exactly one");
    assertThat(objection(huge)).contains("longer than any certificate");
    assertThat(objection(folder.resolve("office.key"))).contains("X.509 certificate");
    assertThat(objection(folder.resolve("absent"))).contains("can't be read");
    assertThat(boot.files).isEmpty();
  }

  private String objection(Path certificate) {
    return new Escrow(certificate, boot).objection().get();
  }
}
