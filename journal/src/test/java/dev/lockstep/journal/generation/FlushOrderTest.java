package dev.lockstep.journal.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.journal.TinyDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the kernel was asked for, in order: a process that lives on can't tell a flush from none.
 */
class FlushOrderTest {
  @TempDir Path folder;

  @Test
  void nothingIsAcknowledgedBeforeItWasFlushed() throws Exception {
    boolean flushed = false;
    boolean folderFlushed = false;
    int acknowledged = 0;
    MappedFile generation = new MappedFile("gen000.cq4");
    for (String line : systemCallsOfOneBoot()) {
      if (generation.isForcedBy(line)) {
        flushed = true;
      } else if (line.contains("fsync(") && line.contains("/journal>")) {
        folderFlushed = true;
      } else if (line.matches(".*write\\(1<.*\"[0-9]+ [0-9a-f]{20,}.*")) {
        assertThat(flushed).as("flushed before %s", line).isTrue();
        assertThat(folderFlushed).as("the file's name is durable").isTrue();
        acknowledged++;
        flushed = false;
      }
    }
    assertThat(acknowledged).isGreaterThan(100);
  }

  /** The first record lies in blocks that are the file's, under names that are durable. */
  @Test
  void fileNameAndFolderAreDurableBeforeChronicleTakesTheFileOver() throws Exception {
    List<String> calls = systemCallsOfOneBoot();
    int folderNamed = first(calls, ".*fsync\\(\\d+<" + Pattern.quote(folder.toString()) + ">.*");
    int made = first(calls, ".*openat\\(.*gen000.cq4.*O_CREAT.*");
    int allocated = first(calls, ".*fsync\\(.*gen000.cq4>.*");
    int named = first(calls, ".*fsync\\(.*/journal>.*");
    int takenOver = first(calls, ".*openat\\(.*19700101F.*");
    assertThat(List.of(folderNamed, made, allocated, named, takenOver))
        .isSorted()
        .doesNotContain(-1);
  }

  /**
   * A killed process may have left its last record in the page cache; the new generation names it,
   * so it must not get lost.
   */
  @Test
  void anotherBootFlushesTheOlderGenerationAndReadsItPastThePageCache() throws Exception {
    assumeTrue(
        Files.getFileStore(folder).type().matches("ext4|xfs|btrfs"),
        "a filesystem with direct I/O is needed for temporary files");
    systemCallsOfOneBoot();
    List<String> calls = systemCallsOfOneBoot();
    int olderFlushed = first(calls, ".*fsync\\(.*gen000.cq4>.*");
    int olderRead = first(calls, ".*openat\\(.*gen000.cq4.*O_DIRECT.*");
    int newerMade = first(calls, ".*openat\\(.*gen001.cq4.*O_CREAT.*");
    assertThat(List.of(olderFlushed, olderRead, newerMade)).isSorted().doesNotContain(-1);
    assertThat(first(calls, ".*openat\\(.*gen001.cq4.*O_DIRECT.*")).isGreaterThan(newerMade);
  }

  /** The checkpoint is durable and was read past the page cache before the first file goes. */
  @Test
  void nothingIsRemovedBeforeTheCheckpointIsDurableAndReadBack() throws Exception {
    assumeTrue(
        Files.getFileStore(folder).type().matches("ext4|xfs|btrfs"),
        "a filesystem with direct I/O is needed for temporary files");
    List<String> calls =
        systemCalls(
            AppendingProcess.command(
                BootingProcess.class,
                folder.resolve("journal").toString(),
                folder.resolve("scratch").toString(),
                "3"));
    int removed = first(calls, ".*unlink.*gen000.cq4.*");
    int removedNext = first(calls, ".*unlink.*gen001.cq4.*");
    List<String> before = calls.subList(0, removed);
    MappedFile checkpoint = new MappedFile("gen002.cq4");
    int flushed = -1;
    for (int call = 0; call < before.size(); call++) {
      flushed = checkpoint.isForcedBy(before.get(call)) ? call : flushed;
    }
    int readBack = last(before, ".*openat\\(.*gen002.cq4.*O_DIRECT.*");
    assertThat(List.of(flushed, readBack, removed, removedNext)).isSorted().doesNotContain(-1);
    assertThat(first(calls.subList(removed, removedNext), ".*fsync\\(.*/journal>.*")).isPositive();
    assertThat(first(calls.subList(removedNext, calls.size()), ".*fsync\\(.*/journal>.*"))
        .isPositive();
  }

  /** Which addresses are a file's, from the calls that mapped it. */
  private static final class MappedFile {
    private final Pattern mapped;
    private static final Pattern FORCED =
        Pattern.compile(
            ".*msync\\((0x[0-9a-f]+), \\d+, MS_SYNC(?!.* = -1).*"); // some are told in two lines
    private final List<long[]> ranges = new ArrayList<>();

    MappedFile(String name) {
      this.mapped =
          Pattern.compile(
              ".*mmap\\([^,]+, (\\d+), .*MAP_SHARED.*" + name + ">, 0\\) = (0x[0-9a-f]+)");
    }

    /** Told of every call, in order. */
    boolean isForcedBy(String call) {
      Matcher map = mapped.matcher(call);
      if (map.matches()) {
        long from = Long.decode(map.group(2));
        ranges.add(new long[] {from, from + Long.parseLong(map.group(1))});
      }
      Matcher force = FORCED.matcher(call);
      if (!force.matches()) {
        return false;
      }
      long address = Long.decode(force.group(1));
      return ranges.stream().anyMatch(range -> range[0] <= address && address < range[1]);
    }
  }

  private static int last(List<String> calls, String pattern) {
    int fromEnd = first(calls.reversed(), pattern);
    return fromEnd < 0 ? -1 : calls.size() - 1 - fromEnd;
  }

  private static int first(List<String> calls, String pattern) {
    for (int call = 0; call < calls.size(); call++) {
      if (calls.get(call).matches(pattern)) {
        return call;
      }
    }
    return -1;
  }

  private List<String> systemCallsOfOneBoot() throws Exception {
    return systemCalls(
        AppendingProcess.command(folder.resolve("journal"), folder.resolve("scratch")));
  }

  private List<String> systemCalls(List<String> program) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "strace is needed");
    Path log = folder.resolve("log");
    List<String> command =
        new ArrayList<>(
            List.of(
                "/usr/bin/strace",
                "-f",
                "-y",
                "-e",
                "trace=fsync,msync,mmap,write,openat,unlink,unlinkat",
                "-o",
                log.toString()));
    command.addAll(program);
    TinyDisk.run(command.toArray(String[]::new));
    return Files.readAllLines(log);
  }
}
