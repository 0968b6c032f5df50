package dev.lockstep.initrd.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal's copy has every generation of the journal, and nothing else. */
class JournalCopyTest {

  @TempDir Path folder;
  private Path from;
  private Path to;

  @BeforeEach
  void makeAJournal() throws IOException {
    from = Files.createDirectories(folder.resolve("boot/lockstep/journal"));
    to = folder.resolve("run/journal");
    Files.writeString(from.resolve("gen001.cq4"), "one");
    Files.writeString(from.resolve("gen002.cq4"), "two");
    Files.writeString(folder.resolve("secret"), "of somebody's");
    Files.createSymbolicLink(from.resolve("gen003.cq4"), folder.resolve("secret"));
    Files.writeString(from.resolve("other"), "no generation");
  }

  private String[] names() throws IOException {
    try (var all = Files.list(to)) {
      return all.map(each -> each.getFileName().toString()).sorted().toArray(String[]::new);
    }
  }

  @Test
  void generationsAreCopiedAndLinksAreNotFollowed() throws IOException {
    JournalCopy.keep(from, to);
    assertThat(names()).containsExactly("gen001.cq4", "gen002.cq4");
    assertThat(to.resolve("gen002.cq4")).hasContent("two");
  }

  @Test
  void aLaterCopyReplacesAnEarlierOne() throws IOException {
    JournalCopy.keep(from, to);
    Files.writeString(from.resolve("gen002.cq4"), "two, and more");
    JournalCopy.keep(from, to);
    assertThat(to.resolve("gen002.cq4")).hasContent("two, and more");
  }

  @Test
  void aDiskWithoutAJournalLeavesNoFolder() throws IOException {
    JournalCopy.keep(folder.resolve("nothing"), to);
    assertThat(to).doesNotExist();
  }
}
