package dev.lockstep.initrd.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HibernationTest {
  @TempDir Path folder;
  private Path devices;
  private Path blocks;

  @BeforeEach
  void makeMachine() throws IOException {
    devices = Files.createDirectories(folder.resolve("dev"));
    blocks = Files.createDirectories(folder.resolve("block"));
    device("vda1", new byte[8192]);
    device("sr0", new byte[0]);
    Files.createDirectory(blocks.resolve("gone"));
  }

  private Path device(String name, byte[] content) throws IOException {
    Files.createDirectories(blocks.resolve(name));
    return Files.write(devices.resolve(name), content);
  }

  private static byte[] swap(String signature) {
    byte[] content = new byte[8192];
    byte[] bytes = signature.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, content, 4086, bytes.length);
    return content;
  }

  @ParameterizedTest
  @ValueSource(strings = {"S1SUSPEND", "S2SUSPEND", "ULSUSPEND", "LINHIB0001"})
  void aHibernatedSystemIsSeen(String signature) throws IOException {
    Path swap = device("vdb2", swap(signature));
    assertThat(new Hibernation(devices, blocks).found()).containsExactly(swap);
  }

  @Test
  void swapThatIsOnlySwapIsNone() throws IOException {
    device("vdb2", swap("SWAPSPACE2"));
    assertThat(new Hibernation(devices, blocks).found()).isEmpty();
  }

  @Test
  void aHeaderIsSeenByItsMagicAlone() throws IOException {
    byte[] torn = new byte[512];
    System.arraycopy(new byte[] {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe}, 0, torn, 0, 6);
    assertThat(Hibernation.isEncrypted(device("vda2", torn))).isTrue();
    assertThat(Hibernation.isEncrypted(devices.resolve("vda1"))).isFalse();
  }
}
