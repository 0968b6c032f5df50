package dev.lockstep.simulator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFolderTest {

  @TempDir private Path folder;

  @Test
  void aFolderOfSomebodyElseIsLeftAlone() throws Exception {
    Files.writeString(folder.resolve("disk.img"), "precious");

    assertThatThrownBy(() -> DemoFolder.prepare(folder, false))
        .isInstanceOfSatisfying(
            DemoFailed.class, refused -> assertThat(refused.exitCode()).isEqualTo(13));
    assertThat(folder.resolve("disk.img")).hasContent("precious");
  }

  @Test
  void anEarlierDemoIsReplacedAndNothingElse() throws Exception {
    DemoFolder first = DemoFolder.prepare(folder.resolve("demo"), false);
    Files.writeString(first.disk(), "old");
    Files.createDirectories(first.source().resolve("deep"));
    Files.writeString(first.path().resolve("notes.txt"), "mine");

    DemoFolder second = DemoFolder.prepare(folder.resolve("demo"), false);

    assertThat(second.disk()).doesNotExist();
    assertThat(second.source()).doesNotExist();
    assertThat(second.path().resolve("notes.txt")).hasContent("mine");
  }

  @Test
  void aLinkInItIsNotFollowed() throws Exception {
    Path precious = Files.createDirectories(folder.resolve("precious"));
    Files.writeString(precious.resolve("file"), "precious");
    DemoFolder demo = DemoFolder.prepare(folder.resolve("demo"), false);
    Files.createSymbolicLink(demo.source(), precious);

    demo.clear();

    assertThat(precious.resolve("file")).hasContent("precious");
  }

  @Test
  void anEarlierDemoThatIsToBeKeptIsKept() throws Exception {
    DemoFolder first = DemoFolder.prepare(folder.resolve("demo"), true);
    Files.writeString(first.disk(), "kept");

    DemoFolder second = DemoFolder.prepare(folder.resolve("demo"), true);

    assertThat(second.path().getFileName()).hasToString("demo-2");
    assertThat(first.disk()).hasContent("kept");
  }
}
