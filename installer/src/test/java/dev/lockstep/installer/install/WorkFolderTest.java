package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {

  @TempDir private Path folder;

  @Test
  void theJournalGoesAsAWholeBeforeAnyOfItsFiles() throws Exception {
    WorkFolder work = new WorkFolder(folder.resolve("work"));
    Files.createDirectories(work.journal());
    Files.createFile(work.journal().resolve("gen000.cq4"));
    Files.createFile(work.journal().resolve("gen001.cq4"));

    try (WatchService watch = work.folder().getFileSystem().newWatchService()) {
      var folders = work.folder().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      work.delete();

      assertThat(watch.poll(10, TimeUnit.SECONDS)).isEqualTo(folders);
      assertThat(folders.pollEvents())
          .extracting(WatchEvent::context)
          .extracting(Object::toString)
          .contains("finished");
    }
    assertThat(work.folder()).doesNotExist();
  }

  @Test
  void whatACutLeftOfARemovalIsNoJournalAndIsRemovedToo() throws Exception {
    WorkFolder work = new WorkFolder(folder.resolve("work"));
    Files.createDirectories(work.file("finished"));
    Files.createFile(work.file("finished").resolve("gen001.cq4"));
    assertThat(work.isThere()).isFalse();

    Files.createDirectories(work.journal());
    work.delete();

    assertThat(work.folder()).doesNotExist();
  }
}
