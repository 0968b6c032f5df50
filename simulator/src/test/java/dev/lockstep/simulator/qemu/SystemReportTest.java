package dev.lockstep.simulator.qemu;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.simulator.demo.DemoFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A root that lacks any part of the report is told, by the part. */
class SystemReportTest {

  private static final String NOTICE = "The recovery key was handed over then.";

  @TempDir Path root;

  private void notice(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void aNoticeThatIsMissingOrEmptyIsTold() throws IOException {
    assertLacks("etc/issue.d/lockstep.issue");
    notice("etc/issue.d/lockstep.issue", NOTICE);
    notice("etc/motd.d/lockstep", "");
    assertLacks("etc/motd.d/lockstep");
  }

  @Test
  void aCopyOfTheJournalThatIsMissingIsTold() throws IOException {
    notice("etc/issue.d/lockstep.issue", NOTICE);
    notice("etc/motd.d/lockstep", NOTICE);
    assertLacks("copy of the journal");
  }

  private void assertLacks(String what) {
    assertThatThrownBy(() -> SystemReport.check(root))
        .isInstanceOf(DemoFailed.class)
        .hasMessageContaining(what);
  }
}
