package dev.lockstep.initrd.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {
  private static final String TEXT = "correct horse battery staple";

  @TempDir private Path folder;

  private static Secret secret() throws IOException {
    return Secret.taking(TEXT.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(Secret secret) {
    return StandardCharsets.UTF_8.decode(secret.buffer()).toString();
  }

  @Test
  void itIsNeverPrinted() throws Exception {
    try (Secret secret = secret()) {
      assertThat(secret).hasToString("Secret[wiped or hidden]");
      assertThat("%s".formatted(secret)).doesNotContain("horse");
      assertThat(text(secret)).isEqualTo(TEXT);
    }
  }

  @Test
  void itIsNeverSerialised() throws Exception {
    try (Secret secret = secret();
        ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
      assertThatThrownBy(() -> out.writeObject(secret))
          .isInstanceOf(NotSerializableException.class);
    }
  }

  @Test
  void theArrayItIsTakenFromIsWiped() throws Exception {
    byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
    try (Secret secret = Secret.taking(bytes)) {
      assertThat(bytes).containsOnly(0);
      assertThat(text(secret)).isEqualTo(TEXT);
    }
    byte[] tooLong = new byte[Secret.MAXIMUM_BYTES + 1];
    tooLong[3] = 3;
    assertThatThrownBy(() -> Secret.taking(tooLong)).isInstanceOf(IllegalArgumentException.class);
    assertThat(tooLong).containsOnly(0);
  }

  @Test
  void onceClosedItCanNotBeRead() throws Exception {
    Secret secret = secret();
    MemorySegment bytes = secret.bytes();
    secret.close();
    secret.close();
    assertThatThrownBy(() -> bytes.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void itsPagesAreLockedAndLeftOutOfCoreFiles() throws Exception {
    try (Secret secret = secret()) {
      String flags = "";
      String mapping = "";
      for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
        if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
          mapping = line;
        } else if (line.startsWith("VmFlags:") && contains(mapping, secret.bytes().address())) {
          flags = line;
        }
      }
      assertThat(flags.split(" ")).contains("lo", "dd");
    }
  }

  private static boolean contains(String mapping, long address) {
    String[] bounds = mapping.split(" ", 2)[0].split("-", 2);
    return Long.compareUnsigned(Long.parseUnsignedLong(bounds[0], 16), address) <= 0
        && Long.compareUnsigned(address, Long.parseUnsignedLong(bounds[1], 16)) < 0;
  }

  @Test
  void aFileIsReadWholeOrRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("key"), TEXT);
    try (Secret exact = Secret.readFrom(file, TEXT.length());
        Secret roomy = Secret.readFrom(file, 4096);
        Secret same = secret()) {
      assertThat(exact.sameAs(same)).isTrue();
      assertThat(roomy.sameAs(same)).isTrue();
      assertThat(roomy.length()).isEqualTo(TEXT.length());
    }
    assertThatThrownBy(() -> Secret.readFrom(file, TEXT.length() - 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than the 27 bytes")
        .hasMessageNotContaining("horse");
    assertThatThrownBy(() -> Secret.readFrom(folder.resolve("none"), 10))
        .isInstanceOfSatisfying(
            ErrnoException.class,
            e -> {
              assertThat(e.errno()).isEqualTo(Errno.ENOENT);
              assertThat(e).hasMessageContaining("none: No such file or directory (errno 2)");
            });
  }

  @Test
  void itGoesThroughAPipeToATool() throws Exception {
    Path fifo = folder.resolve("fifo");
    Path copy = folder.resolve("copy");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    Process tool = new ProcessBuilder("cat", fifo.toString()).redirectOutput(copy.toFile()).start();
    try (Secret secret = secret();
        Descriptor pipe = Descriptor.openForWriting(fifo)) {
      secret.writeTo(pipe);
    }
    assertThat(tool.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(copy).hasContent(TEXT);
  }

  @Test
  void randomnessIsOfTheLengthAskedForAndNeverTheSame() throws Exception {
    try (Secret first = Secret.random(32);
        Secret second = Secret.random(32);
        Secret zeros = Secret.allocate(32);
        Secret none = Secret.random(0)) {
      assertThat(first.length()).isEqualTo(32);
      assertThat(first.sameAs(second)).isFalse();
      assertThat(first.sameAs(zeros)).isFalse();
      assertThat(none.length()).isZero();
    }
  }

  @Test
  void partsAreCopies() throws Exception {
    Secret secret = secret();
    try (Secret copy = Secret.copyOf(secret.bytes());
        Secret part = secret.slice(8, 5)) {
      secret.close();
      assertThat(text(part)).isEqualTo("horse");
      assertThat(text(copy)).isEqualTo(TEXT);
    }
  }
}
