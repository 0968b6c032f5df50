package dev.lockstep.simulator.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyncTargetTest {

  @ParameterizedTest
  @CsvSource({
    "/run/lockstep/run-4711/boot/lockstep/recovery-keys.sha256, OTHER",
    "/run/lockstep/run-4711/boot, OTHER",
    "/run/lockstep/run-4711/boot/lockstep/journal/gen001.cq4, JOURNAL",
    "/run/lockstep/run-4711/root, ROOT",
    "/run/lockstep/run-4711/header, MEMORY",
    "/run/lockstep/run-4711/bootless, MEMORY",
    "/tmp/x/recovery-key, OTHER"
  })
  void whatASyncMakesDurableGoesByWhereItsFileLies(String target, SyncTarget expected)
      throws IOException {
    SyncPoint point = new SyncPoint(1, 1, "fsync", target);
    assertThat(SyncTarget.of(point, Path.of("/tmp/x/disk.img"), null)).isEqualTo(expected);
  }
}
