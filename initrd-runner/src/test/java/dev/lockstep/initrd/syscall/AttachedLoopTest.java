package dev.lockstep.initrd.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttachedLoopTest {

  private static final int LOOKS = 400;

  @TempDir private Path temporary;

  @BeforeEach
  void requireLoopDevices() {
    assumeTrue("root".equals(System.getProperty("user.name")), "loop devices need root");
    assumeTrue(Files.exists(Path.of("/dev/loop-control")), "there are no loop devices here");
  }

  @Test
  void othersMayAttachAndDetachWhileWeLook() throws Exception {
    Path mine = file("mine", 4 << 20);
    Path other = file("other", 4 << 20);
    AtomicBoolean isOver = new AtomicBoolean();
    try (LoopDevice steady = LoopDevice.attach(mine, new LoopDevice.Window(1 << 20, 1 << 20));
        ExecutorService others = Executors.newSingleThreadExecutor()) {
      Future<?> comingAndGoing = others.submit(() -> comeAndGo(other, isOver));
      try {
        for (int look = 0; look < LOOKS; look++) {
          List<AttachedLoop> found = AttachedLoop.on(mine);
          assertThat(found).hasSize(1);
          assertThat(found.getFirst().device()).isEqualTo(steady.path());
          for (AttachedLoop each : AttachedLoop.on(other)) {
            assertThat(each.window()).isEqualTo(new LoopDevice.Window(2 << 20, 1 << 20));
          }
        }
      } finally {
        isOver.set(true);
      }
      comingAndGoing.get();
    }
  }

  private static Void comeAndGo(Path file, AtomicBoolean isOver) throws IOException {
    while (!isOver.get()) {
      try (LoopDevice loop = LoopDevice.attach(file, new LoopDevice.Window(2 << 20, 1 << 20))) {
        assertThat(loop.path()).exists();
      }
    }
    return null;
  }

  private Path file(String name, int bytes) throws IOException {
    Path file = temporary.resolve(name);
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(bytes);
    }
    return file;
  }
}
