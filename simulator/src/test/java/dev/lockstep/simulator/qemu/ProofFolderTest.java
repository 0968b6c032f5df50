package dev.lockstep.simulator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.simulator.demo.DemoFailed;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only what a proof made is thrown away. */
class ProofFolderTest {

  @TempDir Path folder;

  @Test
  void somebodysFolderIsLeftAlone() throws Exception {
    Path precious = Files.writeString(folder.resolve("precious"), "of somebody's");
    assertThatThrownBy(() -> ProofFolder.emptied(folder))
        .isInstanceOfSatisfying(
            DemoFailed.class, refused -> assertThat(refused.exitCode()).isEqualTo(13));
    assertThat(precious).hasContent("of somebody's");
  }

  @Test
  void anEarlierProofsFolderIsEmptied() throws Exception {
    Path made = ProofFolder.emptied(folder.resolve("new"));
    Files.createDirectories(made.resolve("tpm"));
    Files.writeString(made.resolve("disk.img"), "old");
    ProofFolder.emptied(made);
    try (var left = Files.list(made)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactly(".lockstep-boot-proof");
    }
  }

  @Test
  void aNameThatToolsSplitIsRefused() {
    assertThatThrownBy(() -> ProofFolder.emptied(folder.resolve("a,b")))
        .hasMessageContaining("comma");
  }
}
